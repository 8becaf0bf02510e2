package crm

// SubjectKind is a kind of record that documents are kept with and that people write to each other about.
type SubjectKind string

// The kinds of subjects. A folder is of the archive; the company is what is about no record.
const (
	SubjectFolder      SubjectKind = "folder"
	SubjectOpportunity SubjectKind = "opportunity"
	SubjectAccount     SubjectKind = "account"
	SubjectContact     SubjectKind = "contact"
	SubjectLead        SubjectKind = "lead"
	SubjectQuote       SubjectKind = "quote"
	SubjectContract    SubjectKind = "contract"
	SubjectProject     SubjectKind = "project"
	SubjectProduct     SubjectKind = "product"
	SubjectCompany     SubjectKind = "company"
)

// RecordKinds lists the kinds of records, without folders and the company.
func RecordKinds() []string {
	return []string{
		string(SubjectOpportunity), string(SubjectAccount), string(SubjectContact), string(SubjectLead), string(SubjectQuote), string(SubjectContract),
		string(SubjectProject), string(SubjectProduct),
	}
}

// Subject is what a document or a message belongs to.
type Subject struct {
	Kind SubjectKind
	ID   ID // empty for the company
}
