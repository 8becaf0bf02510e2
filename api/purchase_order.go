package api

import (
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// purchaseBody asks for a purchase order (S082).
type purchaseBody struct {
	Supplier string             `json:"supplier" doc:"required;max=200"`
	Kind     string             `json:"kind" doc:"required;enum=cost_kind"`
	PhaseID  crm.ID             `json:"phase_id"`
	DueDate  crm.Date           `json:"due_date"`
	Note     string             `json:"note" doc:"max=10000"`
	Lines    []purchaseLineBody `json:"lines" doc:"required;text=At most 100."`
}

// purchaseLineBody is a line of it.
type purchaseLineBody struct {
	Text      string      `json:"text" doc:"required;max=500"`
	Quantity  decimalText `json:"quantity" doc:"required"`
	UnitPrice decimalText `json:"unit_price" doc:"required;text=Without tax, in the contract's currency."`
}

// receiveBody is what came of an order.
type receiveBody struct {
	Lines []receivedBody `json:"lines" doc:"text=Without any, all that is left."`
}

// receivedBody is what came of a line.
type receivedBody struct {
	Position int         `json:"position" doc:"required;min=1;top=100"`
	Quantity decimalText `json:"quantity" doc:"required"`
}

// purchaseInvoiceBody is a supplier's invoice on an order.
type purchaseInvoiceBody struct {
	Number string      `json:"number" doc:"required;max=200;text=The supplier's; once an order."`
	Amount decimalText `json:"amount" doc:"required;text=Without tax, above zero."`
	OnDate crm.Date    `json:"on_date" doc:"text=Without it, today."`
	Last   bool        `json:"last" doc:"text=No other follows: the order commits nothing more."`
}

func getPurchases(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	rows, err := r.store.PurchaseOrders(r.ctx(), c.ID)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.PurchaseRow]{Data: rows}))
}

// order reads what is asked for.
func (b *purchaseBody) order(currency string) (o crm.PurchaseOrder, lines []crm.PurchaseLine, err error) {
	var k check
	k.required("/supplier", &b.Supplier, maxName)
	k.required("/kind", &b.Kind, maxName)
	k.oneOf("/kind", b.Kind, crm.CostKinds()...)
	k.id("/phase_id", &b.PhaseID)
	k.lines("/note", &b.Note, maxText)
	if len(b.Lines) == 0 {
		k.fail("/lines", "required", nil)
	}
	if len(b.Lines) > crm.MaxPurchaseLines {
		k.fail("/lines", "too_many", params{"max": crm.MaxPurchaseLines})
		return o, nil, k.err()
	}
	lines = make([]crm.PurchaseLine, len(b.Lines))
	for i, l := range b.Lines {
		at := "/lines/" + strconv.Itoa(i)
		k.required(at+"/text", &l.Text, maxLine)
		lines[i] = crm.PurchaseLine{Text: l.Text, Quantity: k.quantity(at+"/quantity", l.Quantity), UnitPrice: k.amountRequired(at+"/unit_price", l.UnitPrice, currency)}
	}
	return crm.PurchaseOrder{Supplier: b.Supplier, Kind: crm.CostKind(b.Kind), PhaseID: b.PhaseID, DueDate: b.DueDate, Note: b.Note}, lines, k.err()
}

func postPurchase(r *request, c crm.Contract, t store.Target) error {
	var b purchaseBody
	if err := r.decode(&b); err != nil {
		return err
	}
	o, lines, err := b.order(c.Currency)
	if err != nil {
		return err
	}
	if o.ID, _, err = r.recordID(); err != nil {
		return err
	}
	if o, err = r.store.AddPurchaseOrder(r.ctx(), t, o, lines); err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(o))
}

// putPurchase writes a draft anew.
func putPurchase(r *request, c crm.Contract, t store.Target) error {
	id, err := r.id("entry")
	if err != nil {
		return err
	}
	var b purchaseBody
	if err := r.decode(&b); err != nil {
		return err
	}
	o, lines, err := b.order(c.Currency)
	if err != nil {
		return err
	}
	o.ID = id
	if o, err = r.store.EditPurchaseOrder(r.ctx(), t, o, lines); err != nil {
		return err
	}
	return r.record(o, o.Version)
}

// purchaseLimit is the largest order that the person may approve; who approves those of the whole company has none.
func (r *request) purchaseLimit() *decimal.Decimal {
	if r.user.Can(crm.MayApprovePurchase) == crm.ReachAll {
		return nil
	}
	return &r.user.ApprovalLimit
}

// decidePurchase makes the handler of a decision on an order.
func decidePurchase(to crm.PurchaseState) func(*request, crm.Contract, store.Target) error {
	return onPurchase(func(r *request, t store.Target, id crm.ID) (crm.PurchaseOrder, error) {
		return r.store.DecidePurchase(r.ctx(), t, id, to, r.purchaseLimit())
	})
}

// onPurchase makes the handler of a step of an order that asks for nothing more.
func onPurchase(do func(*request, store.Target, crm.ID) (crm.PurchaseOrder, error)) func(*request, crm.Contract, store.Target) error {
	return func(r *request, _ crm.Contract, t store.Target) error {
		id, err := r.id("entry")
		if err != nil {
			return err
		}
		if err := r.decodeOptional(&emptyBody{}); err != nil {
			return err
		}
		o, err := do(r, t, id)
		if err != nil {
			return err
		}
		return r.record(o, o.Version)
	}
}

func endPurchase(r *request, t store.Target, id crm.ID) (crm.PurchaseOrder, error) {
	return r.store.EndPurchase(r.ctx(), t, id)
}

func receivePurchase(r *request, _ crm.Contract, t store.Target) error {
	id, err := r.id("entry")
	if err != nil {
		return err
	}
	var b receiveBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var k check
	if len(b.Lines) > crm.MaxPurchaseLines {
		k.fail("/lines", "too_many", params{"max": crm.MaxPurchaseLines})
		return k.err()
	}
	var came []store.Receipt
	for i, l := range b.Lines {
		came = append(came, store.Receipt{Position: l.Position, Quantity: k.quantity("/lines/"+strconv.Itoa(i)+"/quantity", l.Quantity)})
	}
	if err := k.err(); err != nil {
		return err
	}
	o, err := r.store.ReceivePurchase(r.ctx(), t, id, came)
	if err != nil {
		return err
	}
	return r.record(o, o.Version)
}

func postPurchaseInvoice(r *request, c crm.Contract, t store.Target) error {
	id, err := r.id("entry")
	if err != nil {
		return err
	}
	var b purchaseInvoiceBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.required("/number", &b.Number, maxName)
	v := crm.PurchaseInvoice{OrderID: id, Amount: k.amountRequired("/amount", b.Amount, c.Currency), OnDate: b.OnDate, Number: b.Number}
	if b.Amount != "" && len(k.wrong) == 0 && !v.Amount.IsPositive() {
		k.fail("/amount", "out_of_range", params{"min": crm.Currency(c.Currency).Unit().String()})
	}
	if err := k.err(); err != nil {
		return err
	}
	if v.ID, _, err = r.recordID(); err != nil {
		return err
	}
	o, err := r.store.InvoicePurchase(r.ctx(), t, v, b.Last)
	if err != nil {
		return err
	}
	return r.record(o, o.Version)
}
