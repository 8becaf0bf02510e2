package crm

import "time"

// Lead is somebody who may become a customer (S063-S068).
type Lead struct {
	ID            ID
	Company       string
	ContactName   string
	Email         string
	Phone         string
	VAT           string
	Country       string
	Need          string // what the person wrote
	Language      string
	Source        string
	Campaign      string
	ExternalID    string
	State         LeadState
	Score         int  // 0-100: by the rules or corrected by hand, halved when nothing was heard of it for long (S064)
	ScoreByHand   int  // the correction; 0: none
	Halved        bool // the score was halved
	Consent       bool // to be written to (S065)
	ConsentSource string
	ConsentAt     *time.Time // given or withdrawn
	BouncedAt     *time.Time // mail to the address came back
	Track         string     // the nurture track that it is in; empty: none
	AssignRule    string     // the rule that chose the owner; empty: a person did
	AssignedAt    *time.Time
	OwnerID       ID
	Feedback      Feedback
	FeedbackNote  string
	Reason        string // of disqualification
	Custom        Custom
	AccountID     ID
	ContactID     ID
	OpportunityID ID
	Version       int
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// LeadState says how far a lead has come.
type LeadState string

// The states of a lead.
const (
	LeadNew          LeadState = "new"
	LeadQualified    LeadState = "qualified"
	LeadAssigned     LeadState = "assigned"
	LeadConverted    LeadState = "converted"
	LeadDisqualified LeadState = "disqualified"
)

// Feedback is the salesperson's word on a lead; only a positive one lets it be converted (S067).
type Feedback string

// The feedbacks.
const (
	FeedbackNone     Feedback = ""
	FeedbackPositive Feedback = "positive"
	FeedbackNegative Feedback = "negative"
)

// DisqualifyReasons are the reasons for which a lead may be given up.
func DisqualifyReasons() []string {
	return []string{"no_need", "no_budget", "not_reachable", "competitor", "duplicate", "spam"}
}

// Live tells whether the lead can still be worked on.
func (l Lead) Live() bool { return l.State != LeadConverted && l.State != LeadDisqualified }

// Touch is one way by which a lead reached us, with the raw input as it came (S063).
type Touch struct {
	ID      ID
	LeadID  ID
	Channel string // form, api, manual, import, mail, hook
	Source  string
	Raw     []byte // JSON
	Key     string // makes the same input count once; empty: every time counts
	At      time.Time

	Campaign       string
	UTM            map[string]string // what the address said of where the visitor came from: utm_source and so on
	ConsentVersion int               // of the form's text that was agreed to; 0: none
}

// ConvertGate is the gate before conversion: the salesperson's positive feedback (S067). The version is that of the rules which the
// lead's process follows.
func ConvertGate(l Lead, version int) Verdict {
	c := Clause{
		ID: "convert.feedback", Source: `lead.feedback == "positive"`, Op: "==", Needs: string(FeedbackPositive), Outcome: Met,
		Values: []Value{{Field: "lead.feedback", Now: string(l.Feedback)}}, FixBy: []Role{RoleSalesperson, RoleSalesManager}, Label: map[string]string{
			"en": "The salesperson's feedback is positive", "it": "Il riscontro del venditore è positivo",
			"es": "La respuesta del comercial es positiva", "pl": "Opinia handlowca jest pozytywna",
		},
	}
	v := Verdict{Kind: RulePipeline, Version: version, Key: string(StepConvert), Result: Allowed}
	if l.Feedback != FeedbackPositive {
		c.Outcome, v.Result = Unmet, Refused
	}
	v.Clauses = []Clause{c}
	return v
}
