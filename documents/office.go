package documents

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// maxUnpacked is how much of an archive is unpacked: what needs more is no letter.
const maxUnpacked = 16 << 20

// ErrTooLarge refuses a file that unpacks to more than is read.
var ErrTooLarge = errors.New("the file unpacks to too much")

// office reads the words in the parts of a word, sheet or slide file that are wanted.
func office(file []byte, wanted func(name string) bool) (string, error) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	left := int64(maxUnpacked)
	for _, f := range z.File {
		if !wanted(f.Name) || b.Len() >= 2*MaxText {
			continue
		}
		part, err := f.Open()
		if err != nil {
			return b.String(), err
		}
		counted := &io.LimitedReader{R: part, N: left}
		err = words(counted, &b)
		part.Close()
		if left = counted.N; left <= 0 {
			return b.String(), ErrTooLarge
		}
		if err != nil {
			return b.String(), err
		}
	}
	return b.String(), nil
}

// words collects the character data of XML. A document type could define entities, and is refused.
func words(r io.Reader, b *strings.Builder) error {
	d := xml.NewDecoder(r)
	for b.Len() < 2*MaxText {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.Directive:
			if strings.HasPrefix(strings.ToUpper(strings.TrimSpace(string(t))), "DOCTYPE") {
				return errors.New("a document type")
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "p", "tr", "si", "row", "h":
				b.WriteByte('\n')
			case "c", "tc", "tab", "br", "v":
				b.WriteByte(' ')
			}
		}
	}
	return nil
}
