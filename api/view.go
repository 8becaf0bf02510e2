package api

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// view writes a record as the API shows it: names in snake_case, no id and no date as null, amounts as texts with the decimals of
// their currency, instants in UTC. The vocabulary in crm holds no secrets; a figure that the reader may not see is null (B089).
type view struct {
	of   any
	only []string          // the fields that were asked for; nil: all
	list bool              // only is about the entries of "data"
	sees func(string) bool // of the policy of fields; nil: everything
}

// MarshalJSON writes the record.
func (v view) MarshalJSON() ([]byte, error) {
	w := writer{view: v, at: 0}
	if v.list {
		w.at = 1
	}
	err := w.value(reflect.ValueOf(v.of), 2, "")
	return w.Bytes(), err
}

// writer is a view on its way into text. Depth counts the objects around the present one.
type writer struct {
	bytes.Buffer
	view
	depth, at int
}

func (w *writer) value(v reflect.Value, digits int32, name string) error {
	if !v.IsValid() {
		w.WriteString("null")
		return nil
	}
	switch x := v.Interface().(type) {
	case decimal.Decimal:
		return w.json(amountText(x, digits, name))
	case crm.ID:
		if x == "" {
			w.WriteString("null")
			return nil
		}
	case crm.Date:
		if x.IsZero() {
			w.WriteString("null")
			return nil
		}
		return w.json(x.String())
	case time.Time:
		return w.json(x.UTC().Format(time.RFC3339Nano))
	case []byte:
		return w.json(hex.EncodeToString(x))
	case json.Marshaler:
		return w.json(x)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return w.value(v.Elem(), digits, name)
	case reflect.Struct:
		return w.object(v, digits)
	case reflect.Slice:
		return w.array(v, digits, name)
	default:
		return w.json(v.Interface())
	}
}

func (w *writer) object(v reflect.Value, digits int32) error {
	w.WriteByte('{')
	n := 0
	err := w.fields(v, digitsOf(v, digits), &n)
	w.WriteByte('}')
	return err
}

func (w *writer) fields(v reflect.Value, digits int32, n *int) error {
	record := recordName(v.Type())
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			if err := w.fields(v.Field(i), digits, n); err != nil {
				return err
			}
			continue
		}
		name := fieldName(f)
		if v.Field(i).Kind() == reflect.Pointer && v.Field(i).IsNil() && strings.Contains(f.Tag.Get("json"), ",omitempty") {
			continue // nothing is sent instead of null, as the document says
		}
		if w.only != nil && w.depth == w.at && !slices.Contains(w.only, name) {
			continue
		}
		if *n++; *n > 1 {
			w.WriteByte(',')
		}
		w.WriteString(`"` + name + `":`)
		if w.sees != nil && !w.sees(record+"."+name) {
			w.WriteString("null")
			continue
		}
		w.depth++
		own, isOwn := v.Field(i).Interface().(crm.Custom)
		if isOwn && w.sees != nil {
			own = own.Only(func(name string) bool { return w.sees(record + ".custom." + name) })
		}
		var err error
		if isOwn {
			err = w.json(own)
		} else {
			err = w.value(v.Field(i), digits, f.Name)
		}
		w.depth--
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) array(v reflect.Value, digits int32, name string) error {
	w.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			w.WriteByte(',')
		}
		if err := w.value(v.Index(i), digits, name); err != nil {
			return err
		}
	}
	w.WriteByte(']')
	return nil
}

func (w *writer) json(v any) error {
	out, err := json.Marshal(v)
	w.Write(out)
	return err
}

// fieldName is a field's name in JSON: that of its tag, else its own in snake_case.
func fieldName(f reflect.StructField) string {
	if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
		return name
	}
	return snakeName(f.Name)
}

// recordName is what the policy of fields calls a record: quote_line, opportunity.
func recordName(t reflect.Type) string { return strings.TrimSuffix(snakeName(t.Name()), "_record") }

// digitsOf is how many decimals the amounts of a record have: those of its currency, if it names one.
func digitsOf(v reflect.Value, outer int32) int32 {
	if f := v.FieldByName("Currency"); f.IsValid() && f.Kind() == reflect.String {
		return crm.Currency(f.String()).Digits()
	}
	return outer
}

// amountText writes a decimal; percentages and quantities as they are, amounts with at least their currency's decimals.
func amountText(d decimal.Decimal, digits int32, name string) string {
	text := d.String()
	if strings.HasSuffix(name, "Percent") || name == "Quantity" {
		return text
	}
	_, fraction, _ := strings.Cut(text, ".")
	return d.StringFixed(max(digits, int32(len(fraction))))
}

// snakeName turns PaymentDays into payment_days, VAT into vat, OwnerID into owner_id.
func snakeName(name string) string {
	var b strings.Builder
	in := []rune(name)
	for i, r := range in {
		if unicode.IsUpper(r) && i > 0 && (unicode.IsLower(in[i-1]) || i+1 < len(in) && unicode.IsLower(in[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
