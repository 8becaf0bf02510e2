package crm

import "time"

// Import is a file of leads, companies or people that is brought in row by row, resumably (S063, S053, S047). Its rows are made records one after
// the other; what became of each is kept.
type Import struct {
	ID         ID
	What       string   // lead, account, contact: what its rows become
	Known      string   // what becomes of a row whose company or person is there already: skip, update, new
	Name       string   // of the file
	Author     string   // user id, or who ran the command
	State      string   // preview (nothing of it is brought in yet), running, done
	Columns    []string // that its rows have, in their order; none when a command line or an older version brought it
	Heads      []string // of the file's header as they stand there; none as with Columns
	Places     []string // what each of them becomes; empty: it is left out
	Source     string   // of rows that bring none
	Campaign   string
	Total      int // rows of the file
	Made       int // new records
	Touched    int // one more touch of a known lead, or a record that the row changed
	Unchanged  int // the very same row came before, or the record is there and stays as it is
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
	Cells    map[string]string // of a company or person: what was read of each column that is filled
	State    string            // waiting, made, touched, unchanged, refused
	Problems FieldErrors
	LeadID   ID
}

// ImportKinds are what the rows of a file may become.
func ImportKinds() []string { return []string{"lead", "account", "contact"} }

// ImportKnown are what may become of a row whose company or person is there already.
func ImportKnown() []string { return []string{"skip", "update", "new"} }
