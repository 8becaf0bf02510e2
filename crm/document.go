package crm

import (
	"slices"
	"strings"
	"time"
)

// Document is a file of the archive or of a record, by its newest version (S028, S058, S105).
type Document struct {
	ID              ID
	OpportunityID   ID // of one that is kept with a deal
	RecordKind      SubjectKind
	RecordID        ID // the folder or record that it is kept in; whoever may read that reads the document
	Title           string
	Name            string // of the file, cleaned
	MediaType       string // what its bytes are, whatever its name says
	Size            int    // in bytes
	Description     string
	Kind            DocumentKind
	Tags            []string // lower case, sorted
	ExpiresOn       Date     // the last day on which it holds; zero: it has none
	Latest          int      // number of the newest version
	ApprovedVersion int      // number of the newest version that was approved; 0: none was
	ApprovedAt      *time.Time
	AuthorID        ID // of the newest version
	At              time.Time
	Version         int
}

// DocumentVersion is a file as it was put in; it never changes (S058).
type DocumentVersion struct {
	Number       int
	Name         string
	MediaType    string
	Size         int    // in bytes
	Hash         string // SHA-256, hexadecimal
	AuthorID     ID
	Author       string
	At           time.Time
	Why          string
	RestoredFrom int // the version that it brought back; 0: it is a file of its own
	ApprovedBy   ID
	Approver     string
	ApprovedAt   *time.Time
	Extraction   string // due, running, done, none (of such a file nothing is read), failed
}

// DocumentKind is what a document is for.
type DocumentKind string

// DocumentKinds lists the kinds of documents; the commercial ones come first.
func DocumentKinds() []string {
	return []string{"offer", "quote", "contract", "order", "brochure", "catalogue", "price_list", "regulation", "manual", "letter", "report"}
}

// commercial documents are approved before they are used (S058).
var commercial = []DocumentKind{"offer", "quote", "contract", "order"}

// Commercial tells whether such documents are approved before they are used (S058).
func (k DocumentKind) Commercial() bool { return slices.Contains(commercial, k) }

// ExpiresSoon is how many days before its last day a document is told to expire.
const ExpiresSoon = 14

// Expiry says where a document stands: empty while it holds, else "soon" or "expired".
func (d Document) Expiry(today Date) string {
	switch {
	case d.ExpiresOn.IsZero():
		return ""
	case d.ExpiresOn.Before(today):
		return "expired"
	case d.ExpiresOn.DaysSince(today) <= ExpiresSoon:
		return "soon"
	}
	return ""
}

// MaxTags is how many tags a document may have, each of at most 40 characters.
const MaxTags = 20

// CleanTags trims tags, makes them lower case and sorts them, each once. Errors: too_many, too_long, control_character.
func CleanTags(tags []string) ([]string, error) {
	out := []string{}
	for _, t := range tags {
		t, err := CleanText(strings.ToLower(strings.TrimSpace(t)), 40)
		if err != nil {
			return nil, err
		}
		if t = strings.TrimSpace(strings.ReplaceAll(t, ",", " ")); t != "" {
			out = append(out, t)
		}
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) > MaxTags {
		return nil, Problem("too_many", "max", "20")
	}
	return out, nil
}

// Folder is a folder of the archive. Readers and writers are roles and teams: "role:finance", "team:<id>".
type Folder struct {
	ID       ID
	ParentID ID // empty: it is at the top
	Name     string
	Readers  []string // none: whoever reads the folder above; in any case only who does
	Writers  []string // none: whoever writes in the folder above; at the top, who manages the archive
	Version  int
}
