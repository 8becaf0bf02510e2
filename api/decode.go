package api

import (
	"io"
	"mime"
	"net/http"
	"reflect"
)

// decode reads the JSON body into a struct. Nothing is dropped silently: an unknown member, a second one of the same name and a value
// of another type are refused, all of them at once.
func (r *request) decode(into any) error {
	_, err := r.decodeRaw(into)
	return err
}

// decodeRaw is decode, and gives the body as it came.
func (r *request) decodeRaw(into any) ([]byte, error) {
	if err := mediaType(r.gin.Request, "application/json"); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.gin.Request.Body)
	if err != nil {
		return nil, err
	}
	r.told(into)
	return body, bindBody(body, into)
}

// decodePatch reads a merge patch (RFC 7396); plain JSON is taken for one.
func (r *request) decodePatch(into any) error {
	if err := mediaType(r.gin.Request, "application/merge-patch+json", "application/json"); err != nil {
		return err
	}
	body, err := io.ReadAll(r.gin.Request.Body)
	if err != nil {
		return err
	}
	r.told(into)
	return bindBody(body, into)
}

// told notes to what a body is bound.
func (r *request) told(into any) {
	if r.srv.decoded != nil {
		r.srv.decoded(r.route, reflect.TypeOf(into).Elem())
	}
}

// decodeOptional is decode for a request whose body may be missing.
func (r *request) decodeOptional(into any) error {
	if r.gin.Request.ContentLength == 0 {
		return nil
	}
	return r.decode(into)
}

func bindBody(body []byte, into any) error {
	n, err := parseJSON(body)
	if err != nil {
		return err
	}
	b := &binder{}
	b.bind(n, reflect.ValueOf(into).Elem(), "")
	if n.kind == "null" {
		b.mismatch("", "object", n)
	}
	if len(b.wrong) > 0 {
		return refusal(codeValidation, b.wrong...)
	}
	return nil
}

func mediaType(req *http.Request, accepted ...string) error {
	kind, attributes, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	charset := attributes["charset"]
	if err == nil && (charset == "" || charset == "utf-8" || charset == "UTF-8") {
		for _, a := range accepted {
			if kind == a {
				return nil
			}
		}
	}
	return refusal(codeMediaType, item{Header: "Content-Type", Code: "unsupported", Params: params{"accepted": accepted}})
}
