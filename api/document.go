package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	"leadtocash/crm"

	"github.com/gabriel-vasile/mimetype"
)

// fileTypes are the kinds of files that are kept, by what they contain, with the endings that go with them. None of them is run by a browser.
var fileTypes = map[string][]string{
	"application/pdf": {".pdf"},
	"image/png":       {".png"},
	"image/jpeg":      {".jpg", ".jpeg"},
	"image/webp":      {".webp"},
	"text/plain":      {".txt", ".csv", ".md"},
	"text/csv":        {".csv", ".txt"},
	"application/zip": {".zip"},
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   {".docx"},
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         {".xlsx"},
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": {".pptx"},
	"application/vnd.oasis.opendocument.text":                                   {".odt"},
	"application/vnd.oasis.opendocument.spreadsheet":                            {".ods"},
}

// postDocument keeps a file with a deal (S028). Its type is what its bytes are, whatever its name says (B110).
func postDocument(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	name, bytes, err := r.file()
	if err != nil {
		return err
	}
	kind, _, _ := strings.Cut(mimetype.Detect(bytes).String(), ";")
	name, err = fileName(name, kind)
	if err != nil {
		return err
	}
	return made(r, func(id crm.ID) (crm.Document, error) {
		rows, err := r.store.OpportunityDocuments(r.ctx(), t.ID)
		return among(rows, err, func(d crm.Document) bool { return d.ID == id })
	}, func(id crm.ID) (crm.Document, error) {
		return r.store.AddDocument(r.ctx(), t, crm.Document{ID: id, Name: name, MediaType: kind}, bytes)
	}, func(d crm.Document) error { return r.Created("/api/v1/documents/"+string(d.ID), r.view(d)) })
}

// file reads the one part "file" of a multipart body.
func (r *request) file() (name string, bytes []byte, err error) {
	parts, err := r.gin.Request.MultipartReader()
	if err != nil {
		return "", nil, refusal(codeMediaType, item{Header: "Content-Type", Code: "unsupported", Params: params{"accepted": []string{"multipart/form-data"}}})
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", nil, uploadProblem(err)
		}
		if part.FormName() != "file" || bytes != nil {
			return "", nil, refusal(codeValidation, invalid("/"+escapePointer(clean(part.FormName(), 100)), "unknown_field", nil))
		}
		// The header's own name is read, since the library's FileName already cuts the path away.
		name = clean(part.FileName(), 1000)
		if bytes, err = io.ReadAll(part); err != nil {
			return "", nil, uploadProblem(err)
		}
	}
	if len(bytes) == 0 {
		return "", nil, refusal(codeValidation, invalid("/file", "required", nil))
	}
	return name, bytes, nil
}

func uploadProblem(err error) error {
	if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return big
	}
	return refusal(codeValidation, invalid("/file", "unreadable", nil))
}

// fileName cleans the name a file is shown under (B112) and refuses a file that is not what its name says.
func fileName(name, kind string) (string, error) {
	name = path.Base(strings.ReplaceAll(name, "\\", "/"))
	name = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || strings.ContainsRune(`"<>|:*?/`, c) {
			return -1
		}
		return c
	}, name)
	ending := strings.ToLower(path.Ext(name))
	allowed, known := fileTypes[kind]
	switch {
	case ending != "" && len(ending) > 1 && knownEnding(ending) && !slices.Contains(allowed, ending), !known && knownEnding(ending):
		return "", refusal(codeFileType, invalid("/file", "content_differs_from_name", params{"name": strings.TrimPrefix(ending, "."), "found": kind}))
	case !known:
		return "", refusal(codeFileType, invalid("/file", "type_not_allowed", params{"found": kind}))
	}
	stem := strings.Trim(strings.TrimSuffix(name, path.Ext(name)), ". ")
	if stem == "" {
		stem = "document"
	}
	if !slices.Contains(allowed, ending) {
		stem, ending = strings.Trim(name, ". "), allowed[0]
		if stem == "" {
			stem = "document"
		}
	}
	if text, err := crm.CleanText(stem, maxName); err == nil {
		return text + ending, nil
	}
	return "document" + ending, nil
}

func knownEnding(ending string) bool {
	for _, endings := range fileTypes {
		if slices.Contains(endings, ending) {
			return true
		}
	}
	return false
}

// getDocument sends a file to be saved, never to be shown in the product's own pages (S12).
func getDocument(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	d, bytes, err := r.store.DocumentBytes(r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	r.gin.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Name}))
	r.gin.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	r.gin.Data(http.StatusOK, d.MediaType, bytes)
	return nil
}
