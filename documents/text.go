// Package documents reads what is written in files, so that they are found by it. Files come from anybody: every reading is bounded in what it
// unpacks and gives, and is meant to be done by a child process that is bounded in time and memory.
package documents

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// MaxText is how many bytes of text are kept of one file.
const MaxText = 512 << 10

// ErrNone says that of files of this type no text is read.
var ErrNone = errors.New("no text is read of files of this type")

// Text reads what is written in a file of the media type, at most MaxText bytes of it. Errors: ErrNone, or what is wrong with the file.
func Text(mediaType string, file []byte) (string, error) {
	var text string
	var err error
	switch kind, _, _ := strings.Cut(mediaType, ";"); strings.TrimSpace(kind) {
	case "text/plain", "text/csv", "text/markdown":
		text, err = plain(file)
	case "text/html":
		text, err = page(file)
	case "application/pdf":
		text, err = portable(file)
	case "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
		text, err = office(file, func(name string) bool {
			return name == "word/document.xml" || strings.HasPrefix(name, "word/header") || strings.HasPrefix(name, "word/foot")
		})
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		text, err = office(file, func(name string) bool {
			return name == "xl/sharedStrings.xml" || strings.HasPrefix(name, "xl/worksheets/sheet")
		})
	case "application/vnd.openxmlformats-officedocument.presentationml.presentation":
		text, err = office(file, func(name string) bool { return strings.HasPrefix(name, "ppt/slides/slide") })
	case "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet":
		text, err = office(file, func(name string) bool { return name == "content.xml" })
	default:
		return "", ErrNone
	}
	return tidy(text), err
}

// tidy leaves letters, digits, signs and single spaces; what would mark hits of a search, or is no text, goes.
func tidy(text string) string {
	var b strings.Builder
	space := false
	for _, r := range text {
		switch {
		case r == '\n':
			if b.Len() > 0 {
				space = false
				if s := b.String(); s[len(s)-1] != '\n' {
					b.WriteByte('\n')
				}
			}
			continue
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Cf, r):
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		if b.WriteRune(r); b.Len() >= MaxText {
			break
		}
	}
	return strings.TrimSpace(b.String())
}

// plain reads a text in whatever encoding it says or seems to have.
func plain(file []byte) (string, error) {
	if utf8.Valid(file) {
		return string(file[:min(len(file), 2*MaxText)]), nil
	}
	r, err := charset.NewReader(bytes.NewReader(file), "text/plain")
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(io.LimitReader(r, 2*MaxText))
	return string(text), err
}

// page reads the words of a web page, without its scripts and styles.
func page(file []byte) (string, error) {
	r, err := charset.NewReader(bytes.NewReader(file), "text/html")
	if err != nil {
		return "", err
	}
	z := html.NewTokenizer(io.LimitReader(r, 32<<20))
	z.SetMaxBuf(4 << 20)
	var b strings.Builder
	hidden := 0
	for b.Len() < 2*MaxText {
		switch z.Next() {
		case html.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return b.String(), err
			}
			return b.String(), nil
		case html.TextToken:
			if hidden == 0 {
				b.Write(z.Text())
				b.WriteByte(' ')
			}
		case html.StartTagToken:
			if name, _ := z.TagName(); unread(name) {
				hidden++
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); unread(name) && hidden > 0 {
				hidden--
			}
		}
	}
	return b.String(), nil
}

func unread(tag []byte) bool {
	name := string(tag)
	return name == "script" || name == "style" || name == "noscript" || name == "template"
}
