package store

import (
	"errors"
	"strings"

	"leadtocash/crm"
)

// planned refuses a billing plan that the quote cannot be split by: a share so small that nothing would be billed (S060, B044). A quote
// without a total is not judged; it cannot be sent.
func planned(d QuoteDraft) error {
	if !d.Net.IsPositive() {
		return nil
	}
	_, err := crm.Plan(d.Net, d.Shares, crm.Currency(d.Currency))
	wrong, ok := errors.AsType[crm.FieldErrors](err)
	if !ok {
		return err
	}
	for i, e := range wrong {
		pointer := "/shares" + strings.TrimPrefix(e.Pointer, "/tranches")
		wrong[i].Pointer = strings.TrimSuffix(pointer, "/amount")
	}
	return wrong
}
