package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// S061, S087: what may be billed is listed by what goes together, and one invoice of several tranches is one command of the first of their contracts; what keeps them
// apart is named at each, all of it, by the API and on the page.
func TestBillTogether(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`update tranche set state = 'billable', invoice_id = null, kind = 'progress'`)
	second := "00000000-0000-7000-8000-00000000beef"
	s.exec(`insert into tranche (id, contract_id, position, kind, percent, opens_at_percent, net, tax, total, state) select '` + second + `', contract_id, 90, 'deposit', 1, 0, 1, 0, 1, 'billable' from tranche where id = '` + string(s.tranche) + `'`)
	ids := fmt.Sprintf(`{"tranche_ids":[%q,%q]}`, s.tranche, second)
	key := []string{"Idempotency-Key", "group-1"}
	rows := s.do("finance", http.MethodGet, "/api/v1/billable?account_id="+string(s.account), "", http.StatusOK)["data"].([]any)
	if one, two := rows[0].(map[string]any), rows[len(rows)-1].(map[string]any); len(rows) < 2 || one["group"] == two["group"] || two["tranche_id"] != second {
		t.Errorf("billable: %v", rows)
	}
	s.do("finance", http.MethodGet, "/api/v1/billable?account_id=x", "", http.StatusBadRequest)
	s.do("anna", http.MethodGet, "/api/v1/billable", "", http.StatusForbidden)
	s.do("finance", http.MethodPost, "/api/v1/invoices", ids, http.StatusBadRequest)
	s.do("anna", http.MethodPost, "/api/v1/invoices", ids, http.StatusForbidden, key...)
	for body, pointer := range map[string]string{`{}`: "/tranche_ids", `{"tranche_ids":["x"]}`: "/tranche_ids/0", fmt.Sprintf(`{"tranche_ids":[%q,"00000000-0000-7000-8000-00000000dead"]}`, second): "/tranche_ids/1"} {
		if p := s.do("finance", http.MethodPost, "/api/v1/invoices", body, http.StatusUnprocessableEntity, key...); !strings.Contains(fmt.Sprint(p["errors"]), pointer+" ") && !strings.Contains(fmt.Sprint(p["errors"]), pointer+"]") {
			t.Errorf("%s: %v", body, p)
		}
	}
	s.cmd.answer = crm.Answer{Code: "validation_failed", Params: map[string]string{"/tranche_ids/1": "group_advance"}}
	s.exec(`update tranche set state = 'planned' where id = '` + second + `'`)
	if p := s.do("finance", http.MethodPost, "/api/v1/invoices", ids, http.StatusUnprocessableEntity, key...); len(p["errors"].([]any)) != 2 {
		t.Errorf("not all reasons: %v", p["errors"])
	}
	b, form := s.browser("finance"), url.Values{"tranche": {string(s.tranche), second}}
	s.exec(`update tranche set state = 'billable' where id = '` + second + `'`)
	if rec := b.send(http.MethodPost, "/billing", form); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "An advance and other tranches") {
		t.Errorf("the page: %d", rec.Code)
	}
	if rec := b.send(http.MethodPost, "/billing", url.Values{}); rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("nothing ticked: %d", rec.Code)
	}
	s.cmd.answer = crm.Answer{Code: crm.Done, Params: map[string]string{"invoice": string(s.invoice)}}
	s.do("finance", http.MethodPost, "/api/v1/invoices", ids, http.StatusOK, "Idempotency-Key", "group-2")
	s.cmd.mu.Lock()
	sent := s.cmd.sent[len(s.cmd.sent)-1]
	s.cmd.mu.Unlock()
	var f crm.GroupFields
	if err := json.Unmarshal(sent.Fields, &f); err != nil || sent.Kind != crm.InvoiceGroup || sent.Process != crm.ProcessID(crm.KindContract, s.contract) || len(f.TrancheIDs) != 2 {
		t.Errorf("sent: %+v", sent)
	}
	b.open("/billing", http.StatusOK).want("button", "Issue one invoice")
	if rec := b.send(http.MethodPost, "/billing", form); rec.Code != http.StatusSeeOther || !strings.HasPrefix(rec.Header().Get("Location"), "/invoices/") {
		t.Errorf("issued on the page: %d %s", rec.Code, rec.Header().Get("Location"))
	}
}
