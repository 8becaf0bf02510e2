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
	"leadtocash/store"

	"github.com/gabriel-vasile/mimetype"
)

// fileTypes are the kinds of files that are kept, by what they contain, with the endings that go with them. None of them is shown by a browser as
// a page of ours.
var fileTypes = map[string][]string{
	"application/pdf": {".pdf"},
	"image/png":       {".png"},
	"image/jpeg":      {".jpg", ".jpeg"},
	"image/webp":      {".webp"},
	"image/svg+xml":   {".svg"},
	"text/html":       {".html", ".htm"},
	"text/plain":      {".txt", ".csv", ".md"},
	"text/csv":        {".csv", ".txt"},
	"application/zip": {".zip"},
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   {".docx"},
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         {".xlsx"},
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": {".pptx"},
	"application/vnd.oasis.opendocument.text":                                   {".odt"},
	"application/vnd.oasis.opendocument.spreadsheet":                            {".ods"},
}

// viewer is the caller as one who looks at records of all kinds.
func (r *request) viewer() store.Viewer { return store.Viewer{User: r.user} }

// upload is what a multipart body holds: one file, and fields beside it.
type upload struct {
	store.DocumentFile
	fields map[string]string
}

// upload reads a multipart body of one part "file" and fields of the given names. The file's type is what its bytes are, whatever its name says (B110).
func (r *request) upload(names ...string) (u upload, err error) {
	parts, err := r.gin.Request.MultipartReader()
	if err != nil {
		return u, refusal(codeMediaType, item{Header: "Content-Type", Code: "unsupported", Params: params{"accepted": []string{"multipart/form-data"}}})
	}
	u.fields = map[string]string{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return u, uploadProblem(err)
		}
		if field := part.FormName(); slices.Contains(names, field) {
			value, err := io.ReadAll(io.LimitReader(part, 64<<10))
			if err != nil {
				return u, uploadProblem(err)
			}
			u.fields[field] = string(value)
			continue
		}
		if part.FormName() != "file" || u.Bytes != nil {
			return u, refusal(codeValidation, invalid("/"+escapePointer(clean(part.FormName(), 100)), "unknown_field", nil))
		}
		// The header's own name is read, since the library's FileName already cuts the path away.
		u.Name = clean(part.FileName(), 1000)
		if u.Bytes, err = io.ReadAll(part); err != nil {
			return u, uploadProblem(err)
		}
	}
	if len(u.Bytes) == 0 {
		return u, refusal(codeValidation, invalid("/file", "required", nil))
	}
	u.DocumentFile, err = sniffed(u.Name, u.Bytes)
	return u, err
}

// sniffed finds what a file is by its bytes, and its name cleaned.
func sniffed(name string, bytes []byte) (store.DocumentFile, error) {
	kind, _, _ := strings.Cut(mimetype.Detect(bytes).String(), ";")
	name, err := fileName(name, kind)
	return store.DocumentFile{Name: name, MediaType: kind, Bytes: bytes}, err
}

// postDealDocument keeps a file with a deal (S028).
func postDealDocument(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	at := crm.Subject{Kind: crm.SubjectOpportunity, ID: t.ID}
	if _, err := r.store.Place(r.ctx(), r.viewer(), at); err != nil {
		return err
	}
	u, err := r.upload()
	if err != nil {
		return err
	}
	return r.keepDocument(crm.Document{RecordKind: at.Kind, RecordID: at.ID}, u.DocumentFile)
}

// keepDocument puts a file in and answers with its document.
func (r *request) keepDocument(d crm.Document, file store.DocumentFile) error {
	return made(r, func(id crm.ID) (crm.Document, error) {
		row, err := r.store.Document(r.ctx(), r.viewer(), id)
		return row.Document, err
	}, func(id crm.ID) (crm.Document, error) {
		d.ID = id
		return r.store.AddDocument(r.ctx(), r.viewer(), d, file)
	}, func(d crm.Document) error { return r.Created("/api/v1/documents/"+string(d.ID), r.view(d)) })
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

// getDocument sends the newest file of a document.
func getDocument(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return r.sendFile(id, 0, false)
}

// shownInline are the types that a browser may show itself: they hold nothing that runs. All others are saved (S12).
var shownInline = []string{"application/pdf", "image/png", "image/jpeg", "image/webp"}

// sendFile sends a version of a document, 0 for the newest: to be saved, never to be shown in the product's own pages, unless it is asked for inline
// and holds nothing that runs.
func (r *request) sendFile(id crm.ID, number int, inline bool) error {
	f, err := r.store.DocumentFile(r.ctx(), r.viewer(), id, number)
	if err != nil {
		return err
	}
	disposition, policy := "attachment", "default-src 'none'; sandbox"
	if inline && slices.Contains(shownInline, f.MediaType) {
		disposition = "inline"
		if f.MediaType == "application/pdf" { // the browser's own viewer does not work in a sandbox
			policy = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
		}
	}
	r.sendBytes(f, disposition, policy)
	return nil
}

// sendBytes sends a file; policy is what its page may load.
func (r *request) sendBytes(f store.DocumentFile, disposition, policy string) {
	r.gin.Header("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": f.Name}))
	r.gin.Header("Content-Security-Policy", policy)
	r.gin.Header("X-Content-Type-Options", "nosniff")
	r.gin.Header("Cache-Control", "private, no-store")
	r.gin.Data(http.StatusOK, f.MediaType, f.Bytes)
}
