package api

import (
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// formAmendment proposes an amendment. The form shows the contract as it holds: what is left as it was changes nothing.
func formAmendment(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	deal, _, err := r.store.Agreement(r.ctx(), c)
	if err != nil {
		return err
	}
	var sent, rows []int // the lines that were changed, and the rows of those that are added, in their order
	side := amendmentSide
	side.find = func(*request) (crm.Contract, error) { return c, nil }
	side.blame = func(r *request, f *form, a crm.Answer) {
		blameAmendment(r, f, linesAsShown(a, sent, rows))
	}
	if f, err := r.posted(); err != nil {
		return err
	} else if f.Value("action") == "more" { // rows for new lines: what was typed stays
		return showAmendments(r, c.ID, f)
	}
	return side.form(crm.AmendPropose, "amendment_proposed", func(r *request, f *form) any {
		out := r.amendFields(f)
		for n, l := range r.amendLines(deal) {
			quantity, price := r.decimal(f, amendField(n, "quantity")), r.decimal(f, amendField(n, "unit_price"))
			if !quantity.Equal(l.Quantity) || !price.Equal(l.UnitPrice) {
				out.Lines, sent = append(out.Lines, crm.LineTerm{ID: l.ID, Quantity: quantity, UnitPrice: price}), append(sent, n)
			}
		}
		out.Added, rows = r.addedLinesTyped(f)
		out.TemplateID = optionalID(f.Value("template"))
		return out
	})(r)
}

func (r *request) amendFields(f *form) crm.AmendFields {
	r.needed(f, "reason", "end_date")
	renewal, notice, days := r.whole(f, "renewal_months", 1, crm.MaxMonths), r.whole(f, "notice_days", 0, crm.MaxNotice), r.whole(f, "payment_days", 0, crm.MaxPaymentDays)
	text := f.Value("terms_text")
	out := crm.AmendFields{
		EndDate: r.date(f, "end_date"), Renewal: crm.RenewalKind(f.Value("renewal")), RenewalMonths: &renewal, NoticeDays: &notice, PaymentDays: &days, DeliveryDate: r.date(f, "delivery_date"), Text: &text, SignOff: crm.SignOffTerm(f.Value("sign_off")),
		FromDay: r.date(f, "from_day"), Reason: clean(f.Value("reason"), maxText), Version: seenVersion(*f),
	}
	if out.ByLines = f.Value("net") == ""; !out.ByLines {
		net := r.decimal(f, "net")
		out.Net = &net
	}
	return out
}

// linesAsShown puts what is wrong with the lines that were sent at those of the form.
func linesAsShown(a crm.Answer, sent, rows []int) crm.Answer {
	params := map[string]string{}
	for pointer, wrong := range a.Params {
		if parts := strings.Split(pointer, "/"); len(parts) >= 3 {
			i, err := strconv.Atoi(parts[2])
			switch {
			case err != nil:
			case parts[1] == "lines" && len(parts) == 4 && i < len(sent):
				pointer = "/" + amendField(sent[i], parts[3])
			case parts[1] == "added" && i < len(rows) && len(parts) == 4 && slices.Contains(addedNames, parts[3]):
				pointer = "/" + addedField(rows[i], parts[3])
			case parts[1] == "added" && i < len(rows): // of the line as a whole
				pointer = "/" + addedField(rows[i], "product_id")
			}
		}
		params[pointer] = wrong
	}
	a.Params = params
	return a
}

// blameAmendment puts a refusal at the fields of the form.
func blameAmendment(r *request, f *form, a crm.Answer) {
	for from, to := range map[string]string{"/plan": "/template", "/template_id": "/template", "/tranches": "/template", "/text": "/terms_text"} {
		if wrong, ok := a.Params[from]; ok {
			delete(a.Params, from)
			a.Params[to] = wrong
		}
	}
	if a.Code == "below_invoiced" {
		f.blame("net", r.codeText(a.Code, a.Params))
		return
	}
	r.refuse(f, a)
}

// amendmentForm carries out a decision on the open amendment.
func amendmentForm(kind, done string, fields func(*request, *form) any) func(*request) error {
	return amendmentSide.form(kind, done, fields)
}

// amendmentSigned reads who signed; the hash is that of the version's paper.
func amendmentSigned(r *request, f *form) any {
	r.needed(f, "signer", "signed_on")
	out := crm.AmendSignFields{Signer: clean(f.Value("signer"), maxName), SignedOn: r.date(f, "signed_on"), Place: clean(f.Value("place"), maxName), Version: seenVersion(*f)}
	if f.Failed() {
		return out
	}
	c, err := r.contractSeen()
	if err == nil {
		err = r.amendmentSignature(c, &out)
	}
	if err != nil {
		f.other = append(f.other, r.say("amendment.no_paper"))
	}
	return out
}

// formAmendmentERP notes that somebody entered the change in the ERP.
func formAmendmentERP(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	if r.needed(&f, "erp_note"); !f.Failed() {
		_, err := r.store.NoteERP(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: c.ID}, clean(f.Value("erp_note"), maxText))
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showAmendments(r, c.ID, f)
	}
	return r.said("saved", "/contracts/"+string(c.ID)+"/amendments")
}
