package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// formBid notes an offer or a counter-offer on a deal (S076).
func formBid(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.values["tab"] = "quotes"
	t, err := r.dealTarget(f)
	if err != nil {
		return err
	}
	t.Version = 0
	r.needed(&f, "bid_amount")
	b := crm.Bid{
		ID: store.NewID(), Side: crm.BidSide(known(f.Value("side"), []string{"offer", "counter"})), Amount: r.decimal(&f, "bid_amount"),
		Terms: clean(f.Value("terms"), maxLine), Note: clean(f.Value("bid_note"), maxText),
	}
	if b.Side == "" {
		b.Side = crm.BidCounter
	}
	if !f.Failed() && (b.Amount.IsNegative() || !b.Amount.Equal(b.Amount.Truncate(2)) || len(b.Amount.String()) > 16) {
		f.blame("bid_amount", r.errorText(crm.Problem("out_of_range", "min", "0")))
	}
	if !f.Failed() {
		_, err = r.store.AddBid(r.ctx(), t, b)
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showDeal(r, t.ID, f, nil)
	}
	return r.said("bid_added", "/opportunities/"+string(t.ID)+"?tab=quotes")
}

// quotesTab reads the quotes, the negotiation's log, and what lies between each version and the one before it.
func (r *request) quotesTab(p *dealPage) (err error) {
	if p.QuoteList, err = r.store.DealQuotes(r.ctx(), p.ID); err != nil {
		return err
	}
	if p.Bids, err = r.store.Negotiation(r.ctx(), p.ID); err != nil {
		return err
	}
	p.Sides = enumOptions(r, "", "bid_side", []crm.BidSide{crm.BidCounter, crm.BidOffer})
	for i := 0; i+1 < len(p.QuoteList) && len(p.Diffs) < 5; i++ {
		d, err := r.store.CompareQuotes(r.ctx(), store.Everything(), p.QuoteList[i+1].ID, p.QuoteList[i].ID) // of a deal that may be seen
		if err != nil {
			return err
		}
		p.Diffs = append(p.Diffs, d)
	}
	return nil
}
