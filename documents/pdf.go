package documents

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/ledongthuc/pdf"
)

// maxPages is how many pages of a PDF are read.
const maxPages = 500

// portable reads the words of a PDF, page by page. The library stops a program at some broken files, which is an error here; one that takes too
// long or too much memory is stopped with the child that reads it.
func portable(file []byte) (text string, err error) {
	defer func() {
		if stopped := recover(); stopped != nil {
			err = fmt.Errorf("the PDF cannot be read: %v", stopped)
		}
	}()
	r, err := pdf.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for n := 1; n <= min(r.NumPage(), maxPages) && b.Len() < 2*MaxText; n++ {
		p := r.Page(n)
		if p.V.IsNull() {
			continue
		}
		words, err := p.GetPlainText(nil)
		if err != nil {
			return b.String(), err
		}
		b.WriteString(words)
		b.WriteByte('\n')
	}
	return b.String(), nil
}
