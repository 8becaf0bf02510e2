package crm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// Custom holds the values of a record's own fields by their names (S054): a text (also a date and a choice), a decimal, a truth value or a list of texts.
// A field that is not filled is not in it.
type Custom map[string]any

// UnmarshalJSON reads numbers exactly.
func (c *Custom) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var in map[string]any
	if err := d.Decode(&in); err != nil {
		return err
	}
	*c = nil
	for name, v := range in {
		if v, ok := customValue(v); ok {
			c.put(name, v)
		}
	}
	return nil
}

func customValue(v any) (any, bool) {
	switch v := v.(type) {
	case string, bool:
		return v, true
	case json.Number:
		d, err := decimal.NewFromString(v.String())
		return d, err == nil
	case []any:
		list := make([]string, 0, len(v))
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				return nil, false
			}
			list = append(list, s)
		}
		return list, true
	}
	return nil, false
}

// MarshalJSON writes numbers as numbers, and none as an empty object.
func (c Custom) MarshalJSON() ([]byte, error) {
	out := make(map[string]any, len(c))
	for name, v := range c {
		if d, ok := v.(decimal.Decimal); ok {
			v = json.Number(d.String())
		}
		out[name] = v
	}
	return json.Marshal(out)
}

func (c *Custom) put(name string, v any) {
	if *c == nil {
		*c = Custom{}
	}
	(*c)[name] = v
}

// With gives the values with one of them changed; an empty one (nil, "", an empty list) is taken out. The receiver stays as it is.
func (c Custom) With(name string, v any) Custom {
	out := maps.Clone(c)
	list, isList := v.([]string)
	if v == nil || v == "" || isList && len(list) == 0 {
		delete(out, name)
		return out
	}
	out.put(name, v)
	return out
}

// Only gives the values whose names the function takes.
func (c Custom) Only(takes func(name string) bool) Custom {
	out := maps.Clone(c)
	maps.DeleteFunc(out, func(name string, _ any) bool { return !takes(name) })
	return out
}

// Text is a value as plain text: decimals with a point, dates as 2026-11-21, true, false, lists with commas; empty when it is not there.
func (c Custom) Text(name string) string {
	switch v := c[name].(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case decimal.Decimal:
		return v.String()
	case []string:
		return strings.Join(v, ", ")
	}
	return ""
}

// Names lists the fields that have a value, sorted.
func (c Custom) Names() []string { return slices.Sorted(maps.Keys(c)) }

// CustomType is what a record's own field holds.
type CustomType string

// The types of custom fields.
const (
	CustomText    CustomType = "text"
	CustomNumber  CustomType = "number"
	CustomMoney   CustomType = "money"
	CustomDate    CustomType = "date"
	CustomBool    CustomType = "bool"
	CustomChoice  CustomType = "choice"  // one of a list
	CustomChoices CustomType = "choices" // several of a list
)

// CustomTypes lists them in the order in which a form offers them.
func CustomTypes() []CustomType {
	return []CustomType{CustomText, CustomNumber, CustomMoney, CustomDate, CustomBool, CustomChoice, CustomChoices}
}

// CustomRecords are the records that may have fields of their own.
func CustomRecords() []string { return []string{"account", "contact", "opportunity", "lead"} }

// CustomOption is an entry of the list of a choice.
type CustomOption struct {
	Key     string            `json:"key"`
	Labels  map[string]string `json:"labels"`
	Retired bool              `json:"retired,omitempty"` // kept where it stands, offered no more
}

// CustomField is a field that the company gave its records itself. Record, name and type are for good.
type CustomField struct {
	ID       ID
	Record   string // account, contact, opportunity, lead
	Name     string // for machines: "turnover"
	Type     CustomType
	Labels   map[string]string // by language; English is always there
	Options  []CustomOption    // of a choice
	Readers  []Role            // none: whoever may see the record
	Writers  []Role            // none: whoever may write the record
	Position int
	Retired  bool
	Version  int
}

// Longest texts of custom fields, in characters, and how many there may be.
const (
	MaxCustomText    = 2000
	MaxCustomFields  = 200 // of one kind of record
	MaxCustomOptions = 200
)

// Label is the field's name in a language, else in English, else for machines.
func (f CustomField) Label(language string) string { return labelOf(f.Labels, language, f.Name) }

// Label is the option's name in a language, else in English, else its key.
func (o CustomOption) Label(language string) string { return labelOf(o.Labels, language, o.Key) }

func labelOf(labels map[string]string, language, none string) string {
	for _, l := range []string{language, "en"} {
		if text := labels[l]; text != "" {
			return text
		}
	}
	return none
}

// Option finds an entry of the field's list.
func (f CustomField) Option(key string) (CustomOption, bool) {
	i := slices.IndexFunc(f.Options, func(o CustomOption) bool { return o.Key == key })
	if i < 0 {
		return CustomOption{}, false
	}
	return f.Options[i], true
}

// Path is how rules name the field: "account.custom.turnover"; the record opportunity is the deal there.
func (f CustomField) Path() string {
	record := f.Record
	if record == "opportunity" {
		record = "deal"
	}
	return record + ".custom." + f.Name
}

// SeenBy tells whether a person may see the field of a record that he may see.
func (f CustomField) SeenBy(u User) bool {
	return len(f.Readers) == 0 || slices.ContainsFunc(f.Readers, u.Has)
}

// WrittenBy tells whether a person may fill the field of a record that he may write.
func (f CustomField) WrittenBy(u User) bool {
	return !f.Retired && f.SeenBy(u) && (len(f.Writers) == 0 || slices.ContainsFunc(f.Writers, u.Has))
}

// Read checks a value that came as JSON by the field's type and gives it as it is stored; nil when it is empty. Errors: wrong_type, and those
// of texts, decimals, amounts, dates and lists.
func (f CustomField) Read(v any, currency Currency) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case bool:
		if f.Type == CustomBool {
			return v, nil
		}
	case json.Number:
		if f.Type == CustomNumber || f.Type == CustomMoney {
			return f.Parse(v.String(), currency)
		}
	case []any:
		if f.Type == CustomChoices {
			return f.readList(v)
		}
	case string:
		if f.Type != CustomBool && f.Type != CustomChoices || v == "" {
			return f.Parse(v, currency)
		}
	}
	return nil, f.mistyped(v)
}

// mistyped says that a value is of another type than the field.
func (f CustomField) mistyped(v any) error {
	want := map[CustomType]string{CustomNumber: "number", CustomMoney: "decimal", CustomDate: "date", CustomBool: "boolean", CustomChoices: "array"}[f.Type]
	if want == "" {
		want = "text"
	}
	return Problem("wrong_type", "want", want, "got", jsonKind(v))
}

func jsonKind(v any) string {
	switch v.(type) {
	case string:
		return "text"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

func (f CustomField) readList(in []any) (any, error) {
	if len(in) > MaxCustomOptions {
		return nil, Problem("too_many", "max", strconv.Itoa(MaxCustomOptions))
	}
	texts := make([]string, 0, len(in))
	for i, e := range in {
		s, ok := e.(string)
		if !ok {
			return nil, Problem("wrong_type", "want", "text", "got", jsonKind(e)).At(fmt.Sprintf("/%d", i))
		}
		texts = append(texts, s)
	}
	return f.chosen(texts)
}

// Parse checks a value that was typed or stands in a file: decimals with a point, dates as 2026-11-21, true or false, several options with commas.
func (f CustomField) Parse(text string, currency Currency) (any, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	switch f.Type {
	case CustomNumber:
		return parseCustomNumber(text)
	case CustomMoney:
		return ParseAmount(text, currency)
	case CustomDate:
		d, err := ParseDate(text)
		if err != nil || d.IsZero() {
			return nil, Problem("invalid_date", "example", "2026-11-21")
		}
		return d.String(), nil
	case CustomBool:
		switch strings.ToLower(text) {
		case "true", "yes", "1", "on":
			return true, nil
		case "false", "no", "0", "off":
			return false, nil
		}
		return nil, Problem("wrong_type", "want", "boolean", "got", "text")
	case CustomChoice:
		one, err := f.chosen([]string{text})
		if err != nil || one == nil {
			return nil, err
		}
		return one.([]string)[0], nil
	case CustomChoices:
		return f.chosen(strings.Split(text, ","))
	}
	return CleanLines(text, MaxCustomText)
}

// parseCustomNumber reads an exact number, also below zero, with at most 15 digits before and 6 behind the point.
func parseCustomNumber(text string) (any, error) {
	wrong := Problem("invalid_decimal", "example", "1234.50")
	if utf8.RuneCountInString(text) > 24 || strings.ContainsAny(text, "eE") {
		return nil, wrong
	}
	d, err := decimal.NewFromString(text)
	switch {
	case err != nil || d.Abs().GreaterThanOrEqual(decimal.New(1, 15)):
		return nil, wrong
	case !d.Equal(d.Truncate(6)):
		return nil, Problem("too_many_decimals", "max", "6")
	}
	return d, nil
}

// chosen takes options by key or by their name in any language.
func (f CustomField) chosen(texts []string) (any, error) {
	out := []string{}
	for _, t := range texts {
		t = strings.TrimSpace(t)
		if t == "" {
			continue
		}
		key, ok := f.optionNamed(t)
		if !ok {
			return nil, Problem("unknown_value", "allowed", strings.Join(f.Keys(), ", "))
		}
		if !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

func (f CustomField) optionNamed(text string) (string, bool) {
	for _, o := range f.Options {
		if o.Retired {
			continue
		}
		if o.Key == text {
			return o.Key, true
		}
		for _, l := range o.Labels {
			if strings.EqualFold(l, text) {
				return o.Key, true
			}
		}
	}
	return "", false
}

// Keys are the entries of the field's list that may be chosen.
func (f CustomField) Keys() (out []string) {
	for _, o := range f.Options {
		if !o.Retired {
			out = append(out, o.Key)
		}
	}
	return out
}

// Stored are the values as a column holds them: never null.
func (c Custom) Stored() Custom {
	if c == nil {
		return Custom{}
	}
	return c
}
