package api

import (
	"slices"
	"strings"
)

// choose refuses parameters that a route does not look at, and reads ?fields= where it does.
func (r *request) choose(c call) error {
	values := r.gin.Request.URL.Query()
	allowed := []string{}
	if c.fields != nil {
		allowed = append(allowed, "fields")
	}
	for name, v := range values {
		if !slices.Contains(allowed, name) {
			return wrongParameter(name, "unknown_parameter", params{"allowed": allowed})
		}
		if len(v) > 1 {
			return wrongParameter(name, "given_twice", nil)
		}
	}
	return r.chooseFields(c)
}

// chooseFields reads which fields of the records are asked for. One that the person may not see is refused, so that null never passes
// for an answer to what he asked (B089).
func (r *request) chooseFields(c call) error {
	query := r.gin.Request.URL.Query()
	if !query.Has("fields") {
		return nil
	}
	known := c.selectable()
	asked := strings.Split(query.Get("fields"), ",")
	for _, name := range asked {
		if !slices.Contains(known, name) {
			ps := params{"allowed": known}
			if near := nearest(name, known); near != "" {
				ps["did_you_mean"] = near
			}
			return wrongParameter("fields", "unknown_field", ps)
		}
		if !r.user.Sees(recordName(c.fields) + "." + name) {
			return refusal(codeForbidden, item{Parameter: "fields", Code: "missing_permission", Params: params{"field": name}})
		}
	}
	r.only = asked
	return nil
}
