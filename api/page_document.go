package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// formDealDocument keeps a file with the deal (S028).
func formDealDocument(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	f := form{values: map[string]string{"tab": "documents"}}
	file, header, err := r.gin.Request.FormFile("file")
	switch {
	case err == nil:
		defer file.Close()
	case errors.Is(err, http.ErrMissingFile), errors.Is(err, http.ErrNotMultipart):
		f.blame("file", r.say("form.required"))
		return showDeal(r, id, f, nil)
	default:
		return err
	}
	bytes, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	if len(bytes) == 0 {
		f.blame("file", r.say("document.empty_file"))
		return showDeal(r, id, f, nil)
	}
	name := clean(path.Base(strings.ReplaceAll(header.Filename, "\\", "/")), 200)
	d := crm.Document{ID: store.NewID(), Name: name, MediaType: http.DetectContentType(bytes)}
	if _, err := r.store.AddDocument(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}, d, bytes); err != nil {
		return err
	}
	return r.said("document_added", "/opportunities/"+string(id)+"?tab=documents")
}

// pageDealDocument sends a file to be saved, never to be shown by the browser: it may hold anything.
func pageDealDocument(r *request) error {
	item, err := r.id("item")
	if err != nil {
		return err
	}
	d, bytes, err := r.store.DocumentBytes(r.ctx(), r.Scope(), item)
	if err != nil {
		return err
	}
	if string(d.OpportunityID) != r.gin.Param("id") {
		return store.ErrNotFound
	}
	h := r.gin.Writer.Header()
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Name}))
	h.Set("Content-Security-Policy", "sandbox")
	r.gin.Data(http.StatusOK, "application/octet-stream", bytes)
	return nil
}
