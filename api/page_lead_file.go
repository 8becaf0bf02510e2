package api

import (
	"mime"
	"net/http"

	"leadtocash/store"
)

// pageLeadFile sends a file that came with a lead's mail, to be saved and never shown by the browser: it may hold anything.
func pageLeadFile(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	item, err := r.id("item")
	if err != nil {
		return err
	}
	if _, err := store.Leads.Record(r.ctx(), r.store, r.Scope(), id); err != nil {
		return err
	}
	name, bytes, err := r.store.LeadFileBytes(r.ctx(), id, item)
	if err != nil {
		return err
	}
	h := r.gin.Writer.Header()
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	r.gin.Data(http.StatusOK, "application/octet-stream", bytes)
	return nil
}
