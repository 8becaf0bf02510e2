package crm

import "time"

// Import is a file of leads that is brought in row by row, resumably (S063). Its rows are made leads one after the other; what became of
// each is kept.
type Import struct {
	ID         ID
	Name       string   // of the file
	Author     string   // user id, or who ran the command
	State      string   // preview (nothing of it is a lead yet), running, done
	Columns    []string // that its rows have, in their order; none when a command line or an older version brought it
	Heads      []string // of the file's header as they stand there; none as with Columns
	Places     []string // what each of them becomes; empty: it is left out
	Source     string   // of rows that bring none
	Campaign   string
	Total      int // rows of the file
	Made       int // new leads
	Touched    int // one more touch of a known lead
	Unchanged  int // the very same row came before
	Refused    int
	BeganAt    time.Time
	CreatedAt  time.Time
	FinishedAt *time.Time
}

// Taken is how many rows are dealt with; the others wait.
func (m Import) Taken() int { return m.Made + m.Touched + m.Unchanged + m.Refused }

// Waiting is how many rows are good and not yet dealt with.
func (m Import) Waiting() int { return m.Total - m.Taken() }

// ImportRow is one line of the file.
type ImportRow struct {
	Line     int
	Lead     Lead
	State    string // waiting, made, touched, unchanged, refused
	Problems FieldErrors
	LeadID   ID
}
