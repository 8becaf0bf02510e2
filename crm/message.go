package crm

import (
	"strings"
	"time"
	"unicode"
)

// Note is a message between colleagues, about a record or to the company (S029, S106).
type Note struct {
	ID            ID
	OpportunityID ID // of one about a deal
	RecordKind    SubjectKind
	RecordID      ID
	TeamID        ID // of a post to a team; empty: to everybody who may see the record
	ReplyTo       ID // the first message of its thread
	SourceID      ID // the post that it was made of
	AuthorID      ID
	Text          string // empty once it was withdrawn
	At            time.Time
	EditedAt      *time.Time
	WithdrawnAt   *time.Time
	Version       int
}

// Task is something that a person is to do, made of a post (S106).
type Task struct {
	ID      ID
	NoteID  ID // the post; empty: it is of a case
	CaseID  ID // whose customer is not satisfied
	Subject string
	OwnerID ID
	DueOn   Date
	MadeBy  ID
	MadeAt  time.Time
	DoneAt  *time.Time
	Version int
}

// MaxMentions is how many people one message may mention.
const MaxMentions = 20

// Mentions are the names after an @ in a text, in lower case, in their order, each once: "anna", "anna@example.com". An @ within a word is none.
func Mentions(text string) []string {
	var out []string
	seen := map[string]bool{}
	in := []rune(text)
	for i := 0; i < len(in); i++ {
		if in[i] != '@' || i > 0 && named(in[i-1]) {
			continue
		}
		end := i + 1
		for end < len(in) && (named(in[end]) || strings.ContainsRune("@._+-", in[end])) {
			end++
		}
		name := strings.ToLower(strings.TrimRight(string(in[i+1:end]), "@._+-"))
		if name != "" && !seen[name] {
			seen[name], out = true, append(out, name)
		}
		i = end - 1
	}
	return out
}

func named(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
