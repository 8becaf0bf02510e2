package api

import (
	"fmt"
	"slices"
	"strconv"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/i18n"
	"leadtocash/store"
)

// versionPaper is the paper of a version of a contract, kept since it was first asked for; the first version stands under the contract's own id.
func (r *request) versionPaper(c store.ContractPage, amendment crm.ID, number int, t crm.ContractTerms) (store.KeptPaper, error) {
	id := amendment
	if id == "" {
		id = c.ID
	}
	return r.store.ContractPaper(r.ctx(), id, c.ID, func() ([]byte, string, error) { return r.drawContract(c, &t, number) })
}

// asVersion is a contract's page with the terms of one of its versions.
func asVersion(c store.ContractPage, t crm.ContractTerms) store.ContractPage {
	c.EndDate, c.Renewal, c.RenewalMonths, c.NoticeDays, c.PaymentDays, c.Terms = t.EndDate, t.Renewal, t.RenewalMonths, t.NoticeDays, t.PaymentDays, t.Text
	c.Net, c.Tax, c.Total, c.Tranches = t.Net, t.Tax, t.Total, nil
	for _, p := range t.Tranches {
		c.Tranches = append(c.Tranches, store.TrancheRow{Tranche: p.Tranche})
	}
	return c
}

// amendedPaper says on the paper which version it is, and what was agreed beside the lines. The first version is the contract as it was made.
func amendedPaper(w *i18n.Printer, p *documents.Paper, t crm.ContractTerms, number int, currency crm.Currency) {
	if number == 1 {
		return
	}
	p.Title = w.T("amendment.paper_title", "Contract", p.Title, "N", number)
	if !t.DeliveryDate.IsZero() {
		p.Facts = append(p.Facts, documents.Fact{Name: w.T("quote.delivery"), Value: w.Date(t.DeliveryDate)})
	}
	if !t.Adjustment.IsZero() {
		row := documents.Row{Cells: []string{w.T("amendment.beside"), "", "", w.Money(t.Adjustment, currency)}}
		bill := slices.IndexFunc(p.Rows, func(r documents.Row) bool {
			return r.Heading && slices.Equal(r.Cells, []string{w.T("contract.tranches")})
		})
		p.Rows = slices.Insert(p.Rows, max(bill, 0), row)
	}
	p.Notes = append([]string{w.T("amendment.paper_note", "N", number)}, p.Notes...)
}

// pageVersionPaper sends the PDF of a version, or of the amendment that is to be the next.
func pageVersionPaper(r *request) error {
	if _, err := r.amendable(); err != nil {
		return err
	}
	id := crm.ID(r.gin.Param("id"))
	c, err := r.contractPaged(id)
	if err != nil {
		return err
	}
	h, err := r.store.AmendmentHistory(r.ctx(), id)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(r.gin.Param("number"))
	if err != nil {
		return store.ErrNotFound
	}
	p, err := r.paperNumbered(c, h, number)
	if err != nil {
		return err
	}
	return r.sendPaper(fmt.Sprint(c.Number, "-", number), p.Content)
}

// contractPaged is the page of a contract whose reach was asked before.
func (r *request) contractPaged(id crm.ID) (store.ContractPage, error) {
	today, err := r.today()
	if err != nil {
		return store.ContractPage{}, err
	}
	return r.store.ContractPage(r.ctx(), store.Everything(), id, today)
}

// paperNumbered is the paper of a version by its number.
func (r *request) paperNumbered(c store.ContractPage, h store.AmendmentHistory, number int) (p store.KeptPaper, err error) {
	for _, v := range h.Versions {
		if v.Number == number {
			return r.versionPaper(c, v.AmendmentID, number, v.Terms)
		}
	}
	if a, open := h.Open(); open && a.Number == number {
		return r.versionPaper(c, a.ID, number, a.Terms)
	}
	if number == 1 && len(h.Versions) == 0 {
		p.Content, p.Language, err = r.contractContent(c)
		return p, err
	}
	return p, store.ErrNotFound
}
