package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// touchView is one way by which a lead reached us.
type touchView struct {
	Channel  string            `json:"channel"`
	Source   string            `json:"source"`
	Raw      json.RawMessage   `json:"raw"`
	At       time.Time         `json:"at"`
	Campaign string            `json:"campaign"`
	UTM      map[string]string `json:"utm"` // what the address said of where the visitor came from
}

// shown makes the handler that shows one record of a list.
func shown[T any](list store.List[T], version func(T) int) func(*request) error {
	return func(r *request) error {
		id, err := r.id("id")
		if err != nil {
			return err
		}
		v, err := list.Record(r.ctx(), r.store, r.Scope(), id)
		if err != nil {
			return err
		}
		return r.record(v, version(v))
	}
}

// record answers with a record and its version as ETag.
func (r *request) record(v any, version int) error {
	r.etag(version)
	return r.JSON(http.StatusOK, r.view(v))
}

func (r *request) etag(version int) {
	if version > 0 {
		r.gin.Header("ETag", fmt.Sprintf(`"%d"`, version))
	}
}

// target is the record of the path, and who edits it on which version.
func (r *request) target() (store.Target, error) {
	id, err := r.id("id")
	if err != nil {
		return store.Target{}, err
	}
	version, err := r.version()
	return store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id, Version: version}, err
}

// set takes over a member of a merge patch that is there.
func set[T any](o opt[T], into *T) {
	if o.Set {
		*into = o.Value
	}
}

// missing refuses a field that the person may not write.
func (r *request) missing(pointer string, need crm.Permission) error {
	return refusal(codeForbidden, invalid(pointer, "missing_permission", params{"need": string(need)}))
}

// view shows a record to the person, with the fields that he asked for and may see (B089).
func (r *request) view(of any) view { return view{of: of, only: r.only, sees: r.user.Sees} }

// viewList is view for a page of records: the fields asked for are those of each record.
func (r *request) viewList(of any) view {
	return view{of: of, only: r.only, list: true, sees: r.user.Sees}
}
