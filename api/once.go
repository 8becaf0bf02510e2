package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"strings"
	"time"

	"leadtocash/store"

	"github.com/gin-gonic/gin"
)

// keptHeaders are the headers of an answer that a replay shows too.
var keptHeaders = []string{"Content-Type", "ETag", "Location"}

// once carries out a request that is no command at most once for its Idempotency-Key: sent again with the same content it gets the same
// answer, with other content a clash (R3, R4). A request that was refused leaves its key free. Commands have their own rows for this.
func (r *request) once(do func(*request) error) error {
	id, err := r.onceID()
	if err != nil {
		return err
	}
	if id == "" || r.gin.Query("dry_run") == "true" {
		return do(r)
	}
	hash, err := r.contentHash()
	if err != nil {
		return err
	}
	known, err := r.store.Begin(r.ctx(), id, hash)
	if err != nil {
		return err
	}
	if known != nil {
		return r.replay(*known)
	}
	err = r.kept(id, do)
	if errors.Is(err, store.ErrDone) {
		return r.replayLater(id)
	}
	return err
}

// onceID is the key's own, apart from those of records and commands; empty without a key.
func (r *request) onceID() (string, error) {
	key, err := r.idempotencyKey()
	if err != nil || key == "" {
		return "", err
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(r.user.ID), r.gin.Request.Method, r.gin.Request.URL.Path, key}, "\x00")))
	return hex.EncodeToString(sum[:]), nil
}

// contentHash is made of what is asked for, however it is spaced and ordered. The body can be read again after it.
func (r *request) contentHash() ([]byte, error) {
	body, err := io.ReadAll(r.gin.Request.Body)
	if err != nil {
		return nil, err
	}
	r.gin.Request.Body = io.NopCloser(bytes.NewReader(body))
	h := sha256.New()
	h.Write([]byte(r.gin.Request.URL.RawQuery + "\x00"))
	h.Write(plainContent(r.gin.GetHeader("Content-Type"), body))
	return h.Sum(nil), nil
}

// plainContent is a body without what differs from one send to the next: spaces and order in JSON, the boundary of a form's parts.
func plainContent(contentType string, body []byte) []byte {
	kind, attributes, _ := mime.ParseMediaType(contentType)
	if boundary := attributes["boundary"]; boundary != "" {
		return bytes.ReplaceAll(body, []byte(boundary), nil)
	}
	if !strings.HasSuffix(kind, "json") {
		return body
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&v) != nil || d.More() {
		return body // the handler says what is wrong with it
	}
	plain, err := json.Marshal(v)
	if err != nil {
		return body
	}
	return plain
}

// kept runs the handler and keeps its answer.
func (r *request) kept(id string, do func(*request) error) error {
	r.gin.Request = r.gin.Request.WithContext(store.Once(r.ctx(), id))
	w := &recorder{ResponseWriter: r.gin.Writer}
	r.gin.Writer = w
	err := do(r)
	r.gin.Writer = w.ResponseWriter
	var failed error
	switch status := w.Status(); {
	case err == nil && status < 300:
		k := store.Reply{Status: status, Headers: map[string]string{}, Body: w.body.Bytes()}
		for _, name := range keptHeaders {
			if v := w.Header().Get(name); v != "" {
				k.Headers[name] = v
			}
		}
		failed = r.store.KeepReply(r.ctx(), id, k)
	case err != nil && problemOf(err).Status < 500 && !errors.Is(err, store.ErrDone):
		failed = r.store.Forget(r.ctx(), id)
	}
	if failed != nil { // the change itself is safe
		r.srv.Log.WarnContext(r.ctx(), "the answer of a key was not kept", "error", failed)
	}
	return err
}

// recorder keeps what is sent.
type recorder struct {
	gin.ResponseWriter
	body bytes.Buffer
}

// Write sends and keeps.
func (w *recorder) Write(b []byte) (int, error) {
	w.body.Write(b)
	return w.ResponseWriter.Write(b)
}

// WriteString sends and keeps.
func (w *recorder) WriteString(s string) (int, error) {
	w.body.WriteString(s)
	return w.ResponseWriter.WriteString(s)
}

func (r *request) replay(k store.Reply) error {
	for name, v := range k.Headers {
		r.gin.Header(name, v)
	}
	r.gin.Header("Idempotency-Replayed", "true")
	r.gin.Data(k.Status, k.Headers["Content-Type"], k.Body)
	return nil
}

// How long a second send waits for the answer of the first, which has made its change.
const (
	replayPatience = time.Second
	replayEvery    = 20 * time.Millisecond
)

// replayLater answers what the first send answers. When that was lost after the change, it says that the change was made.
func (r *request) replayLater(id string) error {
	for deadline := time.Now().Add(replayPatience); time.Now().Before(deadline) && r.ctx().Err() == nil; time.Sleep(replayEvery) {
		if known, err := r.store.ReplyTo(r.ctx(), id); err != nil {
			return err
		} else if known != nil {
			return r.replay(*known)
		}
	}
	return refusal("already_done", item{Header: "Idempotency-Key", Code: "already_done"})
}
