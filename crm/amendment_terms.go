package crm

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
)

// Agreement is what an amendment is computed from: the contract as it holds, the lines of its accepted quote, and how these are added up.
type Agreement struct {
	Contract        Contract
	Now             ContractTerms
	Lines           []QuoteLine
	Pricing         Pricing
	DiscountPercent decimal.Decimal // of the quote as a whole
}

// Amend is the contract's terms as they would be with what is asked for; the terms before stay as they are. Added are the
// lines of f.Added, completed from the catalogue. It tells whether tranches are planned anew.
// Errors, all at once and below the field's name: out_of_range, unknown_value, before_start, unknown_record, below_invoiced at /net with what is invoiced,
// nothing_changed, too_many and those of AddFields.Check below /added, those of CheckPlan at /plan.
func (a Agreement) Amend(f AmendFields, added ...LineTerm) (t ContractTerms, rebilled bool, err error) {
	t = a.Now
	errs := a.plain(f, &t)
	errs.Add("", a.lines(f, added, &t))
	if len(f.Plan) > 0 {
		errs.Add("/plan", CheckPlan(f.Plan))
	}
	if len(errs) > 0 {
		return t, false, errs
	}
	taxes, priced, err := a.price(f, &t)
	if err != nil {
		return t, false, err
	}
	if rebilled = priced || len(f.Plan) > 0; rebilled {
		from := f.FromDay
		if from.IsZero() {
			from = a.Contract.StartDate
		}
		if t.Tranches, err = Replan(a.Now.Tranches, taxes, f.Plan, from, Currency(a.Contract.Currency)); err != nil {
			return t, false, err
		}
		t.Net, t.Tax = decimal.Zero, decimal.Zero
		for _, p := range t.Tranches {
			t.Net, t.Tax = t.Net.Add(p.Tranche.Net), t.Tax.Add(p.Tranche.Tax)
		}
		t.Total = t.Net.Add(t.Tax)
	}
	if len(a.Bridge(t)) == 0 && len(f.Plan) == 0 {
		return t, false, FieldErrors{Problem("nothing_changed")}
	}
	return t, rebilled, nil
}

// plain takes over what is no matter of money.
func (a Agreement) plain(f AmendFields, t *ContractTerms) (errs FieldErrors) {
	if !f.EndDate.IsZero() {
		if t.EndDate = f.EndDate; !a.Contract.StartDate.Before(f.EndDate) {
			errs.Add("/end_date", Problem("before_start"))
		}
	}
	if f.Renewal != "" {
		if t.Renewal = f.Renewal; !slices.Contains(RenewalKinds(), f.Renewal) {
			errs.Add("/renewal", Problem("unknown_value", "got", shorten(string(f.Renewal), 40)))
		}
	}
	if f.SignOff != "" {
		if t.SignOff = f.SignOff; !slices.Contains(SignOffTerms(), f.SignOff) {
			errs.Add("/sign_off", Problem("unknown_value", "got", shorten(string(f.SignOff), 40)))
		}
	}
	if !f.DeliveryDate.IsZero() {
		t.DeliveryDate = f.DeliveryDate
	}
	if f.Text != nil {
		t.Text = *f.Text
	}
	for _, n := range []struct {
		at          string
		from        *int
		to          *int
		least, most int
	}{
		{"/renewal_months", f.RenewalMonths, &t.RenewalMonths, 1, MaxMonths},
		{"/notice_days", f.NoticeDays, &t.NoticeDays, 0, MaxNotice},
		{"/payment_days", f.PaymentDays, &t.PaymentDays, 0, MaxPaymentDays},
	} {
		if n.from == nil {
			continue
		}
		if *n.to = *n.from; *n.from < n.least || *n.from > n.most {
			errs.Add(n.at, Problem("out_of_range", "min", strconv.Itoa(n.least), "max", strconv.Itoa(n.most)))
		}
	}
	return errs
}

// price adds the version up where its money is not as before: the lines, then what was agreed beside them, rate by rate.
func (a Agreement) price(f AmendFields, t *ContractTerms) (taxes []TaxTotal, changed bool, err error) {
	same := slices.EqualFunc(t.Lines, a.Now.Lines, sameLine)
	if f.ByLines {
		t.Adjustment = decimal.Zero
	}
	if same && t.Adjustment.Equal(a.Now.Adjustment) && (f.Net == nil || f.Net.Equal(a.Now.Net)) {
		return BilledBy(t.Tranches), false, nil
	}
	sum, err := a.Pricing.Add(PriceLines(t.On(a.Lines)), a.DiscountPercent)
	if err != nil {
		return nil, false, err
	}
	if f.Net != nil {
		if err := CheckAmount(*f.Net, a.Pricing.Currency); err != nil {
			return nil, false, FieldErrors{fieldError(err).At("/net")}
		}
		t.Adjustment = f.Net.Sub(sum.Net)
	}
	if t.List, t.Cost = sum.List.Add(t.below(a.Pricing)), sum.Cost; !sum.Net.Add(t.Adjustment).IsPositive() {
		return nil, false, FieldErrors{Problem("out_of_range", "min", a.Pricing.Currency.Unit().String()).At("/net")}
	}
	taxes, err = a.Pricing.adjust(sum.Taxes, t.Adjustment)
	return taxes, true, err
}

// adjust spreads an amount over the rates in proportion to what is taxed by each.
func (p Pricing) adjust(taxes []TaxTotal, by decimal.Decimal) ([]TaxTotal, error) {
	if by.IsZero() {
		return taxes, nil
	}
	weights := make([]decimal.Decimal, len(taxes))
	for i, t := range taxes {
		weights[i] = t.Base
	}
	parts, err := Split(by, weights, p.Currency)
	if err != nil {
		return nil, FieldErrors{Problem("out_of_range", "min", p.Currency.Unit().String()).At("/net")}
	}
	out := slices.Clone(taxes)
	for i := range out {
		out[i].Base = out[i].Base.Add(parts[i])
		if p.TaxPerLine {
			out[i].Tax = out[i].Tax.Add(Round(parts[i].Mul(out[i].Percent).Shift(-2), p.Currency, p.Rounding))
		} else {
			out[i].Tax = Round(out[i].Base.Mul(out[i].Percent).Shift(-2), p.Currency, p.Rounding)
		}
	}
	return out, nil
}

// Priced are the lines as the version has them with what each comes to.
func (a Agreement) Priced(t ContractTerms) ([]QuoteLine, error) {
	lines := t.On(a.Lines)
	sum, err := a.Pricing.Add(PriceLines(lines), a.DiscountPercent)
	for i := range sum.Lines {
		lines[i].Net = sum.Lines[i].Net
	}
	return lines, err
}

// Facts are an order's facts as the version has them: what the approval's rules are asked about.
func (t ContractTerms) Facts(o OrderFacts) OrderFacts {
	o.Total, o.PaymentDays, o.DeliveryDate = t.Net, decimal.NewFromInt(int64(t.PaymentDays)), t.DeliveryDate
	o.MarginPercent = PercentOf(t.Net.Sub(t.Cost), t.Net)
	o.DiscountPercent = PercentOf(t.List.Sub(t.Net), t.List)
	o.Tranches = decimal.NewFromInt(int64(len(t.Tranches)))
	return o
}
