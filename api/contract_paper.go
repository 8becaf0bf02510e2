package api

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/i18n"
	"leadtocash/store"
)

// contractContent is a contract's paper in the customer's language, as it holds, and tells which language that is. The same contract is always the same
// bytes: of one that was never amended since it is drawn from what never changes, of a version since it is kept.
func (r *request) contractContent(c store.ContractPage) (content []byte, language string, err error) {
	h, err := r.store.AmendmentHistory(r.ctx(), c.ID)
	if err != nil {
		return nil, "", err
	}
	if len(h.Versions) == 0 {
		return r.drawContract(c, nil, 1)
	}
	p, err := r.versionPaper(c, h.Versions[0].AmendmentID, h.Versions[0].Number, h.Versions[0].Terms)
	return p.Content, p.Language, err
}

// drawContract draws a contract, or one of its versions.
func (r *request) drawContract(c store.ContractPage, version *crm.ContractTerms, number int) (content []byte, language string, err error) {
	words, err := r.store.ContractWords(r.ctx(), c.Contract)
	if err != nil {
		return nil, "", err
	}
	seller, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return nil, "", err
	}
	if version != nil {
		deal, _, err := r.store.Agreement(r.ctx(), c.Contract)
		if err != nil {
			return nil, "", err
		}
		if words.Lines, err = deal.Priced(*version); err != nil {
			return nil, "", err
		}
		c, words.Terms.SignOff = asVersion(c, *version), version.SignOff
	}
	w := r.srv.screens().texts.For(words.Language).Calling(r.srv.dealWords())
	p := contractPaper(w, c, words, seller)
	p.Facts[0].Value = w.Date(crm.DateOf(c.SignedAt, r.srv.screens().zone()))
	if version != nil {
		amendedPaper(w, &p, *version, number, crm.Currency(c.Currency))
	}
	content, err = documents.Draw(p)
	return content, w.Language(), err
}

// contractPaper puts a contract into words.
func contractPaper(w *i18n.Printer, c store.ContractPage, words store.ContractWords, seller crm.LegalEntity) documents.Paper {
	currency := crm.Currency(c.Currency)
	p := documents.Paper{
		Language: w.Language(), Title: w.T("contract.paper_title", "Number", c.Number), Subject: c.Deal, Seller: []string{seller.Name, seller.Address, seller.VAT},
		Buyer: []string{w.T("deal.customer"), words.Buyer.Name, words.Buyer.Address, words.Buyer.VAT}, At: c.SignedAt, Page: w.T("paper.page"),
		Facts: []documents.Fact{
			{Name: w.T("contract.made")},
			{Name: w.T("deal.order"), Value: c.OrderNumber},
			{Name: w.T("terms.start"), Value: w.Date(c.StartDate)},
			{Name: w.T("contract.end"), Value: w.Date(c.EndDate)},
			{Name: w.T("quote.payment_days"), Value: strconv.Itoa(c.PaymentDays)},
		},
		Columns: []string{w.T("product.name"), w.T("product.quantity"), w.T("product.price"), w.T("product.net")},
	}
	for _, l := range words.Lines {
		switch {
		case l.Kind == crm.SectionOfQuote:
			p.Rows = append(p.Rows, documents.Row{Heading: true, Cells: []string{l.Name}})
		case l.Counts():
			p.Rows = append(p.Rows, documents.Row{Cells: []string{l.Name, w.Number(l.Quantity, i18n.AsGiven) + " " + w.Unit(l.Unit), w.Money(l.UnitPrice, currency), w.Money(l.Net, currency)}, Note: l.Exemption})
		}
	}
	p.Totals = []documents.Fact{{Name: w.T("col.net"), Value: w.Money(c.Net, currency)}, {Name: w.T("col.tax"), Value: w.Money(c.Tax, currency)}, {Name: w.T("col.total"), Value: w.Money(c.Total, currency)}}
	p.Rows = append(p.Rows, documents.Row{Heading: true, Cells: []string{w.T("contract.tranches")}})
	var tranches []crm.Tranche
	for _, t := range c.Tranches {
		if t.Kind != crm.TrancheExpenses { // on top of what was agreed
			tranches = append(tranches, t.Tranche)
		}
	}
	for _, t := range crm.AsPlanned(tranches) {
		p.Rows = append(p.Rows, documents.Row{Cells: []string{w.T("tranche." + string(t.Kind)), w.Percent(t.Percent), "", w.Money(t.Net, currency)}, Note: trancheOpens(w, t, words.Terms.Billing)})
	}
	renewal := w.T("renewal." + string(c.Renewal))
	if c.Renewal == crm.RenewalAutomatic {
		renewal = w.T("contract.paper_automatic", "Months", c.RenewalMonths, "Days", c.NoticeDays)
	}
	p.Notes = append(p.Notes, w.T("contract.renewal")+": "+renewal)
	if words.Terms.Billing.ByWork() {
		p.Notes = append(p.Notes, w.T("earned.by")+": "+w.T("enum.earning_way."+string(words.Terms.Billing))+", "+w.T("earned.hour_price")+" "+w.Money(words.Terms.HourPrice, currency))
	}
	if s := words.Terms.SignOff; s.Milestones() || s.Progress() {
		p.Notes = append(p.Notes, w.T("signoff.term")+": "+w.T("enum.sign_off_term."+string(s)))
	}
	for _, clause := range strings.Split(c.Terms, "\n") {
		if clause = strings.TrimSpace(clause); clause != "" {
			p.Notes = append(p.Notes, clause)
		}
	}
	p.Notes = append(p.Notes, w.T("contract.paper_sign", "Seller", seller.Name, "Buyer", words.Buyer.Name))
	return p
}

// trancheOpens says when a tranche may be billed, where the work is billed by a way.
func trancheOpens(w *i18n.Printer, t crm.Tranche, way crm.EarningWay) string {
	switch {
	case way.ByWork() && t.Milestone == "" && (t.Kind == crm.TrancheProgress || t.Kind == crm.TrancheBalance):
		return w.T("contract.opens_earned")
	case t.Kind == crm.TranchePeriod:
		return w.Date(t.PeriodStart) + " – " + w.Date(t.PeriodEnd)
	case t.Milestone != "":
		return w.T("contract.opens_with", "Milestone", t.Milestone)
	case t.OpensAtPercent.IsPositive():
		return w.T("contract.opens_at", "Percent", w.Percent(t.OpensAtPercent))
	}
	return w.T("terms.at_once")
}

// pageContractPaper sends a contract's PDF, which a browser may show itself.
func pageContractPaper(r *request) error {
	c, err := r.contractSeen()
	if err != nil {
		return err
	}
	content, _, err := r.contractContent(c)
	if err != nil {
		return err
	}
	return r.sendPaper(c.Number, content)
}

// contractSeen is the page of the contract in the address, within the person's reach.
func (r *request) contractSeen() (store.ContractPage, error) {
	id, err := r.id("id")
	if err != nil {
		return store.ContractPage{}, err
	}
	today, err := r.today()
	if err != nil {
		return store.ContractPage{}, err
	}
	return r.store.ContractPage(r.ctx(), store.ScopeOf(r.user, crm.MayReadContract), id, today)
}

// hashed is the SHA-256 of a text or file as signatures keep it.
func hashed(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
