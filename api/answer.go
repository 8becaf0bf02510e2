package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
)

const maxKey = 255 // characters of an Idempotency-Key (B074)

// done is the answer of a command that was carried out, or had been before.
type done struct {
	Code    string            `json:"code"`
	Command string            `json:"command"` // id; sending it again does nothing
	Process string            `json:"process"`
	Params  map[string]string `json:"params,omitempty"`
}

// command sends a command to a record's process and answers with what it came to. The caller has checked that the person may see the
// record: a command's reach is its route's permission.
func (r *request) command(kind string, process string, fields any) error {
	id, err := r.commandID()
	if err != nil {
		return err
	}
	answer, err := r.send(id, kind, process, fields)
	if err != nil {
		return err
	}
	if !answer.OK() {
		return r.refused(id, answer)
	}
	return r.JSON(http.StatusOK, done{Code: answer.Code, Command: id, Process: process, Params: answer.Params})
}

// send carries the command to its process; a replay is marked.
func (r *request) send(id, kind, process string, fields any) (crm.Answer, error) {
	raw, err := json.Marshal(fields)
	if err != nil {
		return crm.Answer{}, err
	}
	if r.gin.GetHeader("Idempotency-Key") != "" {
		replayed, err := r.store.Answered(r.ctx(), id)
		if err != nil {
			return crm.Answer{}, err
		}
		if replayed {
			r.gin.Header("Idempotency-Replayed", "true")
		}
	}
	return r.commander.Do(r.ctx(), crm.Command{ID: id, Kind: kind, Process: process, Actor: string(r.user.ID), Fields: raw})
}

// commandID is made of the person, the address and his key, so that one key means one command for him and nothing for others.
func (r *request) commandID() (string, error) {
	key, err := r.idempotencyKey()
	if err != nil || key == "" {
		return string(store.NewID()), err
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(r.user.ID), r.gin.Request.Method, r.gin.Request.URL.Path, key}, "\x00")))
	return "key-" + hex.EncodeToString(sum[:20]), nil
}

func (r *request) idempotencyKey() (string, error) {
	key := r.gin.GetHeader("Idempotency-Key")
	if len(key) > maxKey {
		return "", refusal(codeKeyInvalid, item{Header: "Idempotency-Key", Code: "too_long", Params: params{"max": maxKey}})
	}
	if strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c > '~' }) {
		return "", refusal(codeKeyInvalid, item{Header: "Idempotency-Key", Code: "invalid_character"})
	}
	return key, nil
}

// keyRequired refuses money that could be posted twice (B071).
func (r *request) keyRequired() error {
	if r.gin.GetHeader("Idempotency-Key") == "" {
		return refusal(codeKeyRequired, item{Header: "Idempotency-Key", Code: "required"})
	}
	return nil
}

// keyed makes the handler of a call that needs an Idempotency-Key, as all money does (B071).
func keyed(do func(*request) error) func(*request) error {
	return func(r *request) error {
		if err := r.keyRequired(); err != nil {
			return err
		}
		if _, err := r.idempotencyKey(); err != nil {
			return err
		}
		return do(r)
	}
}

// version reads If-Match: the version that the person saw, 0 when he does not say.
func (r *request) version() (int, error) {
	text := strings.TrimPrefix(strings.TrimSpace(r.gin.GetHeader("If-Match")), "W/")
	if text == "" || text == "*" {
		return 0, nil
	}
	v, err := strconv.Atoi(strings.Trim(text, `"`))
	if err != nil || v < 1 {
		return 0, refusal(codeStale, item{Header: "If-Match", Code: "mismatch"})
	}
	return v, nil
}

// refusedAt says, for a process's answer, what it is about and the code that names the mistake there.
var refusedAt = map[string]item{
	"already_converted":      {Pointer: at(""), Code: "already_done"},
	"already_decided":        {Pointer: at(""), Code: "decided"},
	"already_done":           {Pointer: at(""), Code: "already_done"},
	"already_taken":          {Pointer: at(""), Code: "already_taken"},
	"over_approval_limit":    {Pointer: at(""), Code: "limit"},
	"self_approval":          {Pointer: at(""), Code: "own_request"},
	"forbidden":              {Pointer: at(""), Code: "missing_permission"},
	"transition_not_allowed": {Pointer: at("/to"), Code: "not_reachable"},
	"stale_version":          {Header: "If-Match", Code: "mismatch"},
	"duplicate_payment":      {Pointer: at("/reference"), Code: "already_used"},
	"overpayment":            {Pointer: at("/amount"), Code: "more_than_open"},
	"progress_falls":         {Pointer: at("/percent"), Code: "falls"},
	"tranche_not_billable":   {Pointer: at("/tranche_id"), Code: "not_billable"},
	"already_invoiced":       {Pointer: at("/tranche_id"), Code: "already_used"},
}

// refused turns an answer that is no done into a problem.
func (r *request) refused(command string, a crm.Answer) error {
	switch code(a.Code) {
	case codeGate:
		v, err := r.store.VerdictOf(r.ctx(), command, crm.RuleKind(a.Params["rule"]))
		if err != nil {
			return err
		}
		return gateRefused(v, r.language)
	case codeValidation:
		return refusal(codeValidation, answerItems(a.Params)...)
	}
	p := refusal(code(a.Code))
	p.Params = r.answerParams(a.Params)
	i, known := refusedAt[a.Code]
	if !known {
		i = item{Pointer: at(""), Code: a.Code}
	}
	if i.Params = p.Params; len(p.Params) == 0 {
		i.Params = nil
	}
	p.Errors = []item{i}
	return p
}

// answerItems turns the wrong fields of an answer, pointer to code, into items in a stable order.
func answerItems(wrong map[string]string) []item {
	items := make([]item, 0, len(wrong))
	for _, pointer := range slices.Sorted(maps.Keys(wrong)) {
		items = append(items, invalid(pointer, wrong[pointer], nil))
	}
	return items
}

// answerParams shows an answer's figures: lists as lists, people by their names.
func (r *request) answerParams(in map[string]string) params {
	out := params{}
	for name, v := range in {
		out[name] = v
		switch name {
		case "allowed":
			out[name] = splitList(v)
		case "by":
			if u, err := r.store.User(r.ctx(), crm.ID(v)); len(v) == 36 && err == nil {
				out[name] = u.Name
			}
		}
	}
	return out
}

// recordID is the id of a new record: made of the person, the address and his key, or fresh without a key.
func (r *request) recordID() (id crm.ID, keyed bool, err error) {
	key, err := r.idempotencyKey()
	if err != nil || key == "" {
		return store.NewID(), false, err
	}
	text := strings.Join([]string{string(r.user.ID), r.gin.Request.Method, r.gin.Request.URL.Path, key}, "\x00")
	return crm.ID(uuid.NewSHA1(uuid.NameSpaceURL, []byte(text)).String()), true, nil
}
