package api

import (
	"errors"
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// amendmentBody is how a contract shall be from now on; what is left out stays as it is.
type amendmentBody struct {
	EndDate       crm.Date        `json:"end_date"`
	Renewal       crm.RenewalKind `json:"renewal"`
	RenewalMonths *int            `json:"renewal_months" doc:"min=1;top=240"`
	NoticeDays    *int            `json:"notice_days" doc:"min=0;top=3650"`
	PaymentDays   *int            `json:"payment_days" doc:"min=0;top=365"`
	DeliveryDate  crm.Date        `json:"delivery_date"`
	Text          *string         `json:"text" doc:"max=20000;text=Clauses beside what the quote says."`
	SignOff       crm.SignOffTerm `json:"sign_off" doc:"enum=sign_off_term;text=What of the delivery the customer accepts before it is billed."`
	Lines         []lineTermBody  `json:"lines" doc:"most=500;text=Lines of the accepted quote at another quantity or price, or those that an amendment added."`
	Added         []addedLineBody `json:"added" doc:"most=500;text=Lines that the contract has not had."`
	Net           decimalText     `json:"net" doc:"text=Agreed without tax, whatever the lines come to; the difference is spread over the tax rates."`
	ByLines       bool            `json:"by_lines" doc:"text=What was agreed beside the lines before holds no more."`
	TemplateID    crm.ID          `json:"template_id" doc:"text=The billing plan to take for what is not invoiced yet; it is copied."`
	Plan          []planPartBody  `json:"plan" doc:"most=60;text=A billing plan of its own instead; without either the open tranches keep their shares."`
	FromDay       crm.Date        `json:"from_day" doc:"text=From which it holds; empty: as soon as the customer has signed."`
	Reason        string          `json:"reason" doc:"required;max=10000"`
}

// lineTermBody is a line at another quantity or price; a quantity of 0 takes it out.
type lineTermBody struct {
	ID        crm.ID      `json:"id" doc:"required"`
	Quantity  decimalText `json:"quantity" doc:"required"`
	UnitPrice decimalText `json:"unit_price" doc:"required"`
}

// amendmentSignBody is the customer's signature of what was approved.
type amendmentSignBody struct {
	Signer     string   `json:"signer" doc:"required;max=200"`
	SignedOn   crm.Date `json:"signed_on" doc:"required"`
	Place      string   `json:"place" doc:"max=200"`
	DocumentID crm.ID   `json:"document_id" doc:"text=The signed copy, a document of the contract; without one the hash is that of the version's PDF."`
}

// termsRecord are the terms of a version without what it costs us.
type termsRecord struct {
	EndDate       crm.Date
	Renewal       crm.RenewalKind
	RenewalMonths int
	NoticeDays    int
	PaymentDays   int
	DeliveryDate  crm.Date
	Text          string
	SignOff       crm.SignOffTerm `doc:"text=Empty in versions from before it was kept."`
	Lines         []lineTermRecord
	Adjustment    decimal.Decimal
	Net           decimal.Decimal
	Tax           decimal.Decimal
	Total         decimal.Decimal
	Tranches      []crm.Tranche
}

// amendmentRecord is an amendment as the API shows it.
type amendmentRecord struct {
	ID          crm.ID
	Number      int
	State       crm.AmendmentState
	Terms       termsRecord
	Changes     []crm.TermChange
	FromDay     crm.Date
	Reason      string
	RequestedBy crm.ID
	DecidedBy   *crm.ID
	Note        string
	ERPNote     string
	Stations    []amendmentStationRecord
	Version     int
}

// amendmentStationRecord is a station of its route.
type amendmentStationRecord struct {
	Position  int
	Key       string
	Role      crm.Role
	State     crm.ApprovalState
	DecidedBy *crm.ID
	Note      string
	Worse     []crm.TermChange
}

// versionRecord is a version of a contract.
type versionRecord struct {
	Number      int
	FromDay     crm.Date
	AmendmentID *crm.ID
	Terms       termsRecord
}

// amendmentsRecord is how a contract came to be as it is.
type amendmentsRecord struct {
	InForce    int // the version that holds
	Versions   []versionRecord
	Amendments []amendmentRecord // the newest first
}

func termsView(t crm.ContractTerms) termsRecord {
	out := termsRecord{
		EndDate: t.EndDate, Renewal: t.Renewal, RenewalMonths: t.RenewalMonths, NoticeDays: t.NoticeDays, PaymentDays: t.PaymentDays, DeliveryDate: t.DeliveryDate, Text: t.Text, SignOff: t.SignOff,
		Lines: lineTermsView(t.Lines), Adjustment: t.Adjustment, Net: t.Net, Tax: t.Tax, Total: t.Total, Tranches: []crm.Tranche{},
	}
	for _, p := range t.Tranches {
		out.Tranches = append(out.Tranches, p.Tranche)
	}
	return out
}

func idOrNone(id crm.ID) *crm.ID {
	if id == "" {
		return nil
	}
	return &id
}

// toldChanges are changes as far as the reader may see their figures.
func (r *request) toldChanges(changes []crm.TermChange) []crm.TermChange {
	out := []crm.TermChange{}
	for _, c := range changes {
		if c.Field != "order.margin_percent" || r.user.Sees("opportunity.margin_percent") {
			out = append(out, c)
		}
	}
	return out
}

func getAmendments(r *request) error {
	c, err := r.amendable()
	if err != nil {
		return err
	}
	h, err := r.store.AmendmentHistory(r.ctx(), c.ID)
	if err != nil {
		return err
	}
	out := amendmentsRecord{InForce: h.InForce(), Versions: []versionRecord{}, Amendments: []amendmentRecord{}}
	for _, v := range h.Versions {
		out.Versions = append(out.Versions, versionRecord{v.Number, v.FromDay, idOrNone(v.AmendmentID), termsView(v.Terms)})
	}
	for _, a := range h.Amendments {
		rec := amendmentRecord{
			ID: a.ID, Number: a.Number, State: a.State, Terms: termsView(a.Terms), Changes: r.toldChanges(a.Changes), FromDay: a.FromDay, Reason: a.Reason, RequestedBy: a.RequestedBy,
			DecidedBy: idOrNone(a.DecidedBy), Note: a.Note, ERPNote: a.ERPNote, Stations: []amendmentStationRecord{}, Version: a.Version,
		}
		for _, s := range a.Stations {
			rec.Stations = append(rec.Stations, amendmentStationRecord{s.Position, s.Key, s.Role, s.State, idOrNone(s.DecidedBy), s.Note, r.toldChanges(s.Worse)})
		}
		out.Amendments = append(out.Amendments, rec)
	}
	return r.record(out, 0)
}

// amendable is the contract in the address within the person's reach, or of whose amendment it is his turn to decide.
func (r *request) amendable() (crm.Contract, error) {
	id, err := r.id("id")
	if err != nil {
		return crm.Contract{}, err
	}
	sc, err := r.amendmentScope(id)
	if err != nil {
		return crm.Contract{}, err
	}
	return store.Contracts.Record(r.ctx(), r.store, sc, id)
}

// amendmentScope is the reach under which the person sees a contract's amendments.
func (r *request) amendmentScope(id crm.ID) (store.Scope, error) {
	sc := store.ScopeOf(r.user, crm.MayReadContract)
	if _, err := store.Contracts.Record(r.ctx(), r.store, sc, id); !errors.Is(err, store.ErrNotFound) {
		return sc, err
	}
	h, err := r.store.AmendmentHistory(r.ctx(), id)
	if err != nil {
		return sc, err
	}
	if a, open := h.Open(); open {
		if seats, err := r.amendmentSeats(a); err != nil || seats.sits {
			return store.Everything(), err
		}
	}
	return sc, nil
}

// onAmendment makes the handler of a command of who decides on an amendment, whoever's the contract is.
func onAmendment[T any](kind string, read func(*request, *T) error) func(*request) error {
	return onContractOf((*request).amendable, kind, read)
}

func readAmendment(r *request, f *crm.AmendFields) (err error) {
	var b amendmentBody
	if err := r.decode(&b); err != nil {
		return err
	}
	c, err := r.contract()
	if err != nil {
		return err
	}
	var k check
	*f = crm.AmendFields{
		EndDate: b.EndDate, Renewal: b.Renewal, RenewalMonths: b.RenewalMonths, NoticeDays: b.NoticeDays, PaymentDays: b.PaymentDays, DeliveryDate: b.DeliveryDate, Text: b.Text, SignOff: b.SignOff,
		Plan: planOf(&k, "/plan", b.Plan), FromDay: b.FromDay, Reason: b.Reason, ByLines: b.ByLines,
	}
	for _, n := range []struct {
		at         string
		n          *int
		least, top int
	}{{"/renewal_months", b.RenewalMonths, 1, crm.MaxMonths}, {"/notice_days", b.NoticeDays, 0, crm.MaxNotice}, {"/payment_days", b.PaymentDays, 0, crm.MaxPaymentDays}} {
		if n.n != nil {
			k.between(n.at, *n.n, n.least, n.top)
		}
	}
	if f.Text != nil {
		k.lines("/text", f.Text, crm.MaxTermsText)
	}
	if b.Net != "" {
		net := k.amount("/net", b.Net, c.Currency)
		f.Net = &net
	}
	for i, l := range b.Lines {
		at := "/lines/" + strconv.Itoa(i)
		k.id(at+"/id", &l.ID)
		f.Lines = append(f.Lines, crm.LineTerm{ID: l.ID, Quantity: k.count(at+"/quantity", l.Quantity), UnitPrice: k.amount(at+"/unit_price", l.UnitPrice, c.Currency)})
	}
	if f.Added, err = r.addedLines(&k, b.Added, c.Currency); err != nil {
		return err
	}
	k.id("/template_id", &b.TemplateID)
	k.reason(&f.Reason)
	if err := k.err(); err != nil {
		return err
	}
	f.TemplateID = b.TemplateID
	f.Version, err = r.version()
	return err
}

func readAmendmentSign(r *request, f *crm.AmendSignFields) error {
	var b amendmentSignBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.signature(&b.Signer, &b.Place, b.SignedOn, &b.DocumentID)
	if err := k.err(); err != nil {
		return err
	}
	c, err := r.contractSeen()
	if err != nil {
		return err
	}
	*f = crm.AmendSignFields{Signer: b.Signer, SignedOn: b.SignedOn, Place: b.Place, DocumentID: b.DocumentID}
	if f.Version, err = r.version(); err != nil {
		return err
	}
	return r.amendmentSignature(c, f)
}

// amendmentSignature puts in the hash of the copy that was signed; without one the version's paper is kept, whose hash the process takes: a command that is
// sent again has to be the same.
func (r *request) amendmentSignature(c store.ContractPage, f *crm.AmendSignFields) error {
	if f.DocumentID != "" {
		sig := crm.Signature{DocumentID: f.DocumentID}
		err := r.hashSigned(&sig, nil)
		f.Hash = sig.Hash
		return err
	}
	h, err := r.store.AmendmentHistory(r.ctx(), c.ID)
	if err != nil {
		return err
	}
	if a, open := h.Open(); open {
		_, err = r.versionPaper(c, a.ID, a.Number, a.Terms)
	}
	return err
}

func postAmendmentERP(r *request, _ crm.Contract, t store.Target) error {
	var b rejectBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.reason(&b.Reason)
	if err := k.err(); err != nil {
		return err
	}
	if _, err := r.store.NoteERP(r.ctx(), t, b.Reason); err != nil {
		return err
	}
	r.gin.Status(http.StatusNoContent)
	return nil
}
