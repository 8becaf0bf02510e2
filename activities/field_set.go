package activities

import (
	"slices"
	"strconv"

	"leadtocash/crm"
)

// longest is how many characters a filled text may have.
const longest = 2000

func (r *record) setDeal(name, text string, currency crm.Currency) (err error) {
	switch name {
	case "name":
		return setText(&r.deal.Name, text)
	case "need":
		return setText(&r.deal.Need, text)
	case "amount":
		amount, err := crm.ParseAmount(text, currency)
		if err != nil {
			return err
		}
		if r.deal.SetAmountByHand(amount) != nil {
			return crm.Problem("amount_is_derived")
		}
		return nil
	case "target":
		r.deal.Target, err = crm.ParseAmount(text, currency)
		return err
	case "close_date":
		return setDate(&r.deal.CloseDate, text)
	case "budget":
		return setBool(&r.deal.Budget, text)
	case "decision_maker":
		return setBool(&r.deal.DecisionMaker, text)
	}
	return crm.Problem("unknown_field")
}

func (r *record) setCustomer(name, text string, currency crm.Currency) (err error) {
	switch name {
	case "name":
		return setText(&r.customer.Name, text)
	case "vat":
		r.customer.VAT, err = crm.CheckVAT(text)
		return err
	case "country":
		if len(text) != 2 {
			return crm.Problem("invalid_country")
		}
		return setText(&r.customer.Country, text)
	case "address":
		return setText(&r.customer.Address, text)
	case "email":
		r.customer.Email, err = crm.CheckEmail(text)
		return err
	case "phone":
		r.customer.Phone, err = crm.CheckPhone(text)
		return err
	case "class":
		return setText(&r.customer.Class, text)
	case "credit_limit":
		r.customer.CreditLimit, err = crm.ParseAmount(text, currency)
		return err
	}
	return crm.Problem("unknown_field")
}

func (r *record) setContact(name, text string) (err error) {
	if r.contact.ID == "" {
		return crm.Problem("no_contact")
	}
	switch name {
	case "name":
		return setText(&r.contact.Name, text)
	case "email":
		r.contact.Email, err = crm.CheckEmail(text)
		return err
	case "phone":
		r.contact.Phone, err = crm.CheckPhone(text)
		return err
	case "job":
		return setText(&r.contact.Job, text)
	}
	return crm.Problem("unknown_field")
}

func (r *record) setOrder(name, text string) error {
	if r.order == nil {
		return crm.Problem("unknown_field")
	}
	switch name {
	case "delivery_date":
		return setDate(&r.order.DeliveryDate, text)
	case "payment_days":
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 365 {
			return crm.Problem("out_of_range", "min", "0", "max", "365")
		}
		r.order.PaymentDays = n
		return nil
	}
	return crm.Problem("unknown_field")
}

// tick ticks an item of the order's checklist off, or takes that back (S078).
func (r *record) tick(writer crm.User, key, text string) (err error) {
	switch field, _ := crm.FieldAt(crm.TickedField); {
	case r.order == nil || text != "true" && text != "false":
		return crm.Problem("unknown_field")
	case !slices.ContainsFunc(field.Writers, writer.Has):
		return crm.Problem("missing_permission")
	}
	r.order.Ticks, err = crm.SetTick(r.order.Ticks, crm.Tick{Key: key, By: writer.ID, At: r.now}, text == "true")
	return err
}

func setText(field *string, text string) error {
	clean, err := crm.CleanText(text, longest)
	if err != nil {
		return err
	}
	if clean == "" {
		return crm.Problem("required")
	}
	*field = clean
	return nil
}

func setDate(field *crm.Date, text string) error {
	d, err := crm.ParseDate(text)
	if err != nil {
		return crm.Problem("invalid_date")
	}
	*field = d
	return nil
}

func setBool(field *bool, text string) error {
	switch text {
	case "true", "yes", "on", "1":
		*field = true
	case "false", "no", "", "0":
		*field = false
	default:
		return crm.Problem("invalid")
	}
	return nil
}
