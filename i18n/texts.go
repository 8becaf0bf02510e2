package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed texts
var embedded embed.FS

// Languages lists the languages of the product; the first is used when a person asks for none of them.
func Languages() []string { return []string{"en", "it", "es", "pl"} }

// Texts holds all texts of all languages. It is safe for concurrent use.
type Texts struct {
	words

	mu     sync.Mutex
	faults map[string]bool
}

// words are what was read, which nobody changes any more.
type words struct {
	messages map[string]map[string]*text // by language and key
	bundle   *goi18n.Bundle
	reworded map[string]map[string]*text // those that name opportunities, with the language's other word for them
	others   *goi18n.Bundle
	matcher  language.Matcher
}

// text is one message of one language.
type text struct {
	plain        string   // when it has neither plurals nor placeholders
	placeholders []string // all, sorted
	required     []string // those that stand outside conditions
	plurals      []string // the forms it has, sorted; ["other"] when it does not depend on a count
}

// New gives the embedded texts, which are read once. A key that occurs twice in a language, and a text that cannot be read, is an error.
func New() (*Texts, error) {
	read, err := shipped()
	if err != nil {
		return nil, err
	}
	return &Texts{words: read.words, faults: map[string]bool{}}, nil
}

var shipped = sync.OnceValues(func() (*Texts, error) {
	sub, err := fs.Sub(embedded, "texts")
	if err != nil {
		return nil, err
	}
	return load(sub)
})

func load(files fs.FS) (*Texts, error) {
	t := &Texts{faults: map[string]bool{}, words: words{
		messages: map[string]map[string]*text{}, bundle: goi18n.NewBundle(language.English),
		reworded: map[string]map[string]*text{}, others: goi18n.NewBundle(language.English),
	}}
	tags := make([]language.Tag, 0, len(Languages()))
	for _, l := range Languages() {
		tag := language.Make(l)
		tags = append(tags, tag)
		t.messages[l], t.reworded[l] = map[string]*text{}, map[string]*text{}
		names, err := fs.Glob(files, l+"/*.yaml")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if err := t.read(files, name, l, tag); err != nil {
				return nil, fmt.Errorf("texts/%s: %w", name, err)
			}
		}
	}
	t.matcher = language.NewMatcher(tags)
	return t, nil
}

func (t *Texts) read(files fs.FS, name, lang string, tag language.Tag) error {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	messages, err := t.bundle.ParseMessageBytes(tag, raw, strict)
	if err != nil {
		return err
	}
	for _, m := range messages {
		if t.messages[lang][m.ID] != nil {
			return fmt.Errorf("the key %q is there twice", m.ID)
		}
		x, err := inspect(m)
		if err != nil {
			return fmt.Errorf("%s: %w", m.ID, err)
		}
		t.messages[lang][m.ID] = x
		if err := t.readOther(reworded(lang, m), lang, tag); err != nil {
			return err
		}
	}
	return nil
}

// readOther keeps a message as it is with the other word for opportunities.
func (t *Texts) readOther(m *goi18n.Message, lang string, tag language.Tag) (err error) {
	if m == nil {
		return nil
	}
	if t.reworded[lang][m.ID], err = inspect(m); err != nil {
		return fmt.Errorf("%s: %w", m.ID, err)
	}
	return t.others.AddMessages(tag, m)
}

// Keys lists all keys of a language, sorted.
func (t *Texts) Keys(lang string) []string { return slices.Sorted(maps.Keys(t.messages[lang])) }

// For finds the printer for the first language that the product has; each entry may be a tag ("it", "it-CH") or an Accept-Language header.
func (t *Texts) For(languages ...string) *Printer {
	lang := Languages()[0]
	for _, l := range languages {
		tags, _, err := language.ParseAcceptLanguage(l)
		if err != nil || len(tags) == 0 {
			continue
		}
		if _, i, confidence := t.matcher.Match(tags...); confidence > language.No {
			lang = Languages()[i]
			break
		}
	}
	return &Printer{texts: t, language: lang, style: styles[lang], localizer: goi18n.NewLocalizer(t.bundle, lang)}
}

// Faults lists what was asked for and could not be said since New: missing keys and missing values, for tests.
func (t *Texts) Faults() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Sorted(maps.Keys(t.faults))
}

func (t *Texts) fault(parts ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.faults) < 1000 {
		t.faults[strings.Join(parts, " ")] = true
	}
}

// Areas lists the files of a language without their ending.
func Areas(lang string) []string {
	names, _ := fs.Glob(embedded, "texts/"+lang+"/*.yaml")
	for i, n := range names {
		names[i] = strings.TrimSuffix(path.Base(n), ".yaml")
	}
	return names
}

// strict reads YAML; a key that is there twice in one file is an error.
func strict(raw []byte, into any) error { return yaml.Unmarshal(raw, into) }
