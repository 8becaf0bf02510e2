package integrations_test

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"leadtocash/crm"
	"leadtocash/integrations"
	"leadtocash/integrations/erpstub"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// fullOrder has everything that an order may have.
func fullOrder() integrations.ERPOrder {
	return integrations.ERPOrder{
		Number: "O-2026-0001", Contract: "C-2026-0001", Currency: "EUR", Total: dec("1080.10"), Tax: dec("237.62"), WithTax: dec("1317.72"), Payable: dec("1317.72"),
		Seller:   integrations.ERPParty{Name: "Demo & Co. <S.r.l.>", VAT: "IT12345670017", Country: "IT", Address: "Via Roma 1, 10121 Torino", Email: "office@demo.example"},
		Customer: integrations.ERPParty{Name: "Łódź Sp. z o.o.", VAT: "PL5260001246", TaxCode: "12345670017", Country: "PL", Address: "ul. Piotrkowska 1"},
		Lines: []integrations.ERPLine{
			{SKU: "A", Name: "Pump", Unit: "pc", Quantity: dec("2"), UnitPrice: dec("550.0550"), Discount: dec("20.01"), Net: dec("1080.10"), TaxPercent: dec("22")},
			{Name: "Free \x0b advice", Unit: "h", Quantity: dec("1.5"), UnitPrice: dec("0"), Net: dec("0"), Exemption: "art. 15"},
		},
		Taxes:       []integrations.ERPTax{{Percent: dec("22"), Base: dec("1080.10"), Tax: dec("237.62")}, {Percent: dec("0"), Base: dec("0"), Tax: dec("0"), Exemption: "art. 15"}},
		PaymentDays: 30, Terms: []integrations.ERPTerm{{Kind: crm.TrancheDeposit, Percent: dec("30")}, {Kind: crm.TrancheBalance, Percent: dec("70")}},
		OrderedOn: crm.NewDate(2026, 11, 21), DeliveryDate: crm.NewDate(2027, 1, 15), DeliverTo: "Magazyn 2, Łódź",
	}
}

// S081: an order in UBL 2.1 is valid by the official schema, the barest one too, and its sums are those of the order.
func TestUBLOrder(t *testing.T) {
	t.Parallel()
	yen := order("O-3")
	yen.Currency, yen.Total, yen.WithTax, yen.Payable, yen.Lines[0].Net = "JPY", dec("12400"), dec("12400"), dec("12400"), dec("12400")
	var files []string
	for name, o := range map[string]integrations.ERPOrder{"full": fullOrder(), "bare": order("O-2"), "yen": yen} {
		body, err := integrations.UBLOrder(o)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			ID     string   `xml:"ID"`
			Pay    string   `xml:"AnticipatedMonetaryTotal>PayableAmount"`
			Lines  []string `xml:"OrderLine>LineItem>LineExtensionAmount"`
			Taxes  []string `xml:"TaxTotal>TaxSubtotal>TaxAmount"`
			Buyer  string   `xml:"BuyerCustomerParty>Party>PartyName>Name"`
			Reason []string `xml:"OrderLine>LineItem>Item>ClassifiedTaxCategory>TaxExemptionReason"`
		}
		if err := xml.Unmarshal(body, &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		digits := crm.Currency(o.Currency).Digits()
		if got.ID != o.Number || got.Pay != o.Payable.StringFixed(digits) || got.Buyer != o.Customer.Name || len(got.Taxes) != len(o.Taxes) {
			t.Errorf("%s: %+v", name, got)
		}
		sum := decimal.Zero
		for _, l := range got.Lines {
			sum = sum.Add(dec(l))
		}
		if !sum.Equal(o.Total) {
			t.Errorf("%s: lines make %s of %s", name, sum, o.Total)
		}
		if name == "full" && !slices.Equal(got.Reason, []string{"art. 15"}) {
			t.Errorf("the exemption says %q", got.Reason)
		}
		files = append(files, filepath.Join(t.TempDir(), name+".xml"))
		if err := os.WriteFile(files[len(files)-1], body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	validators := os.Getenv("LEADTOCASH_VALIDATORS")
	if validators == "" {
		validators = filepath.Join("..", "..", "shared", "validators")
	}
	if _, err := os.Stat(filepath.Join(validators, "validate")); err != nil {
		t.Log("the official schemas are not here: structure and sums only")
		return
	}
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Log("xmllint is not here: structure and sums only")
		return
	}
	if out, err := exec.CommandContext(t.Context(), filepath.Join(validators, "validate"), append([]string{"ubl"}, files...)...).CombinedOutput(); err != nil || len(out) > 0 { // its exit code is lost
		t.Errorf("not valid by UBL 2.1: %v\n%s", err, out)
	}
}

// Both adapters hand over, ask and take back, signed; a change of keys loses nothing; what is unsigned, signed otherwise or old is refused.
func TestSignedERP(t *testing.T) {
	t.Parallel()
	stub, unsigned := startERP(t, filepath.Join(t.TempDir(), "journal.jsonl"), erpstub.Faults{})
	stub.Trust("old")
	made := func(adapter func(string, string, ...string) (*integrations.HTTPERP, error), keys ...string) *integrations.HTTPERP {
		t.Helper()
		erp, err := adapter(stub.URL(), "", keys...)
		if err != nil {
			t.Fatal(err)
		}
		return erp
	}
	for name, erp := range map[string]*integrations.HTTPERP{"unsigned": unsigned, "another key": made(integrations.NewUBLERP, "new")} {
		if _, err := erp.CreateOrder(t.Context(), "k", fullOrder()); integrations.OutcomeOf(err) != integrations.Permanent {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, adapter := range map[string]func(string, string, ...string) (*integrations.HTTPERP, error){"json": integrations.NewWebhookERP, "ubl": integrations.NewUBLERP} {
		stub.Trust("old")
		both := made(adapter, "new", "old") // while the ERP changes from one to the other
		ref, err := both.CreateOrder(t.Context(), "erp/order/"+name, fullOrder())
		if err != nil || ref == "" {
			t.Fatalf("%s: %q %v", name, ref, err)
		}
		stub.Trust("new")
		if found, ok, err := both.FindOrder(t.Context(), "erp/order/"+name); err != nil || !ok || found != ref {
			t.Errorf("%s: %q %t %v, want %q", name, found, ok, err, ref)
		}
		for range 2 {
			if found, err := both.CancelOrder(t.Context(), "erp/order/"+name, "undone"); err != nil || !found {
				t.Errorf("%s taken back: %t %v", name, found, err)
			}
		}
		if found, err := both.CancelOrder(t.Context(), "erp/order/never", "undone"); err != nil || found {
			t.Errorf("%s that never came: %t %v", name, found, err)
		}
	}
	late := httptest.NewRequest(http.MethodPost, "/orders", strings.NewReader("{}"))
	signature := crm.SignHook("new", time.Now().Add(-time.Hour), integrations.SignedContent(late, []byte("{}")))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, stub.URL()+"/orders", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set(integrations.ERPSignature, signature)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a replay of an hour ago: %d", res.StatusCode)
	}
}
