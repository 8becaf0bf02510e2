package chaos

import (
	"context"
	"encoding/json"
	"net/http"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// amend has every fourth contract come to more and be billed otherwise, before anything is invoiced: proposed by who sells, approved, signed (S059, S060).
func (j *journey) amend(ctx context.Context) error {
	if j.n%4 != 1 {
		return nil
	}
	a, err := j.must(ctx, "finance", http.MethodGet, j.contractPath(), nil)
	if err != nil {
		return err
	}
	var contract struct {
		Net decimal.Decimal `json:"net"`
	}
	if err := json.Unmarshal(a.body, &contract); err != nil {
		return err
	}
	at := j.contractPath() + "/amendments"
	if _, err := j.double(ctx, "sales", at, fields{"reason": "One more", "net": contract.Net.Add(decimal.RequireFromString("100.01")).StringFixed(2), "plan": []fields{{"kind": crm.TrancheDeposit, "percent": "33"}, {"kind": crm.TrancheProgress, "percent": "33"}, {"kind": crm.TrancheBalance, "percent": "34"}}}); err != nil {
		return err
	}
	if a, err = j.rivals(ctx, "manager", at+"/approve", fields{"note": "Good"}, "already_decided", "forbidden"); err != nil {
		return err
	}
	if a.params["waiting"] != "" {
		if _, err := j.must(ctx, "admin", http.MethodPost, at+"/approve", fields{}); err != nil {
			return err
		}
	}
	_, err = j.must(ctx, "manager", http.MethodPost, at+"/sign", fields{"signer": "The buyer", "signed_on": crm.DateOf(j.h.now(), j.h.now().Location()).AddDays(-1).String()})
	return err
}
