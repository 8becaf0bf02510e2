package crm

import (
	"encoding/json"
	"time"
)

// Command is what a person or a machine asks a process to do. It happens at most once, whatever is sent how often:
// the row with its answer is the proof. Its fields may hold personal data and therefore stay out of the engine.
type Command struct {
	ID      string // from the caller and his Idempotency-Key
	Kind    string // "lead.qualify"
	Process string // whose process carries it out
	Actor   string // user id, or "customer", "form:<key>", "system"
	Fields  json.RawMessage
	At      time.Time // business time at which it is carried out; set by the process
}

// Answer is what a command came to. A refusal is an answer too. It stands in the engine's history, so it holds codes and ids only.
type Answer struct {
	Code   string            `json:"code"`             // "done", or why not: "gate_refused", "already_decided", …
	Params map[string]string `json:"params,omitempty"` // ids and codes, no personal data
}

// Done is the code of an answer that changed something, or found it already so.
const Done = "done"

// OK tells whether the command was carried out.
func (a Answer) OK() bool { return a.Code == Done }

// Result is an answer with the process as it stands after it.
type Result struct {
	Answer  Answer  `json:"answer"`
	Process Process `json:"process"`
}
