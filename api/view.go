package api

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"strings"
	"time"
	"unicode"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// view writes a record as the API shows it: names in snake_case, no id and no date as null, amounts as texts with the decimals of
// their currency, instants in UTC. The vocabulary in crm holds no secrets, so nothing has to be left out.
type view struct{ of any }

// MarshalJSON writes the record.
func (v view) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	err := writeValue(&b, reflect.ValueOf(v.of), 2, "")
	return b.Bytes(), err
}

func writeValue(b *bytes.Buffer, v reflect.Value, digits int32, name string) error {
	if !v.IsValid() {
		b.WriteString("null")
		return nil
	}
	switch x := v.Interface().(type) {
	case decimal.Decimal:
		return writeJSON(b, amountText(x, digits, name))
	case crm.ID:
		if x == "" {
			b.WriteString("null")
			return nil
		}
	case crm.Date:
		if x.IsZero() {
			b.WriteString("null")
			return nil
		}
		return writeJSON(b, x.String())
	case time.Duration: // in seconds
		return writeJSON(b, int64(x.Seconds()))
	case time.Time:
		return writeJSON(b, x.UTC().Format(time.RFC3339Nano))
	case []byte:
		return writeJSON(b, hex.EncodeToString(x))
	case json.Marshaler:
		return writeJSON(b, x)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return writeValue(b, v.Elem(), digits, name)
	case reflect.Struct:
		b.WriteByte('{')
		n := 0
		err := writeFields(b, v, digitsOf(v, digits), &n)
		b.WriteByte('}')
		return err
	case reflect.Slice:
		return writeList(b, v, digits, name)
	default:
		return writeJSON(b, v.Interface())
	}
}

func writeFields(b *bytes.Buffer, v reflect.Value, digits int32, n *int) error {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			if err := writeFields(b, v.Field(i), digits, n); err != nil {
				return err
			}
			continue
		}
		if *n++; *n > 1 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + snakeName(f.Name) + `":`)
		if err := writeValue(b, v.Field(i), digits, f.Name); err != nil {
			return err
		}
	}
	return nil
}

func writeList(b *bytes.Buffer, v reflect.Value, digits int32, name string) error {
	b.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := writeValue(b, v.Index(i), digits, name); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

func writeJSON(b *bytes.Buffer, v any) error {
	out, err := json.Marshal(v)
	b.Write(out)
	return err
}

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

// views are views of a list; never null.
func views[T any](in []T) []view {
	out := make([]view, len(in))
	for i, v := range in {
		out[i] = view{v}
	}
	return out
}
