package api

import (
	"fmt"
	"net/http"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/i18n"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// purchasesPage lists a project's purchase orders and shows one of them (S082).
type purchasesPage struct {
	projectHead
	Form       form
	Currency   string
	Rows       []store.PurchaseRow
	One        *store.PurchaseRow
	Phases     []option
	Kinds      []option
	Lines      []int // of the form
	Committed  decimal.Decimal
	Invoiced   decimal.Decimal
	MayWork    bool
	MayAsk     bool
	MayApprove bool
	Own        bool               // the reader asked for the one that is shown
	Draft      *store.PurchaseRow // that the form changes; nil: it asks for a new one
	Off        string
}

// purchaseLines is how many lines the form of a new order has.
const purchaseLines = 4

func pagePurchases(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showPurchases(r, id, form{})
}

func showPurchases(r *request, id crm.ID, f form) error {
	c, plan, err := openProject(r, id, crm.MayReadPNL, r.store.ProjectPlan)
	if err != nil {
		return err
	}
	p := purchasesPage{projectHead: r.projectHead(c, plan.Project, "purchases"), Form: f, Currency: c.Currency, Kinds: enumOptions(r, "", "cost_kind", crm.CostKinds()), Off: r.whyOff(crm.ModulePurchasing)}
	if p.Rows, err = r.store.PurchaseOrders(r.ctx(), id); err != nil {
		return err
	}
	open := c.State == crm.ContractActive && plan.Project.State == "open"
	p.MayWork, p.MayApprove = open && r.Can(crm.MayWriteProject), open && r.Can(crm.MayApprovePurchase)
	p.MayAsk, p.Phases = p.MayWork && p.Off == "", []option{{"", r.say("plan.no_phase")}}
	for _, ph := range plan.Phases {
		p.Phases = append(p.Phases, option{string(ph.ID), ph.Name})
	}
	for i := range p.Rows {
		o := &p.Rows[i]
		p.Committed, p.Invoiced = p.Committed.Add(o.Left), p.Invoiced.Add(o.Invoiced)
		if string(o.ID) == r.changed(f, "order") {
			p.One, p.Own = o, o.RequestedBy == r.user.ID
		}
	}
	p.lines(r)
	return r.show(f.Status(), "purchases", r.say("purchase.of", "Name", plan.Project.Name), p)
}

// lines are those of the form: of a new order, or of the draft that it changes, with some more.
func (p *purchasesPage) lines(r *request) {
	n := purchaseLines
	if o := p.One; o != nil && o.State == crm.PurchaseDraft && p.MayWork && (r.gin.Query("change") != "" || p.Form.Value("change_order") != "" && p.Form.Sent("supplier")) {
		p.Draft, n = o, len(o.Lines)+2
		if !p.Form.Failed() {
			given := []string{"supplier", o.Supplier, "kind", string(o.Kind), "phase_id", string(o.PhaseID), "due_date", o.DueDate.String(), "note", o.Note}
			for i, l := range o.Lines {
				given = append(given, p.Line(i, "text"), l.Text, p.Line(i, "quantity"), r.words().Number(l.Quantity, i18n.AsGiven), p.Line(i, "price"), r.words().Number(l.UnitPrice, i18n.AsGiven))
			}
			p.Form = values(given...)
		}
	}
	for i := range min(n, crm.MaxPurchaseLines) {
		p.Lines = append(p.Lines, i)
	}
}

// Line is the name of a field of a line of the form.
func (purchasesPage) Line(n int, name string) string { return fmt.Sprintf("line.%d.%s", n, name) }

// formPurchase asks for an order, or writes the draft of the path anew.
func formPurchase(r *request) error {
	item, done, back := r.gin.Param("item"), "purchase_asked", "/purchases"
	if item != "" {
		done, back = "saved", "/purchases?order="+string(optionalID(item))
	}
	return r.projectEdit(done, back, showPurchases, func(f *form, t store.Target) error {
		f.values["change_order"] = item
		r.needed(f, "supplier", "line.0.text", "line.0.quantity", "line.0.price")
		o := crm.PurchaseOrder{
			ID: store.NewID(), Supplier: clean(f.Value("supplier"), maxName), Kind: crm.CostKind(known(f.Value("kind"), crm.CostKinds())), PhaseID: optionalID(f.Value("phase_id")),
			DueDate: r.date(f, "due_date"), Note: clean(f.Value("note"), maxText),
		}
		lines := r.purchaseLines(f)
		if o.Kind == "" {
			o.Kind = crm.CostMaterial
		}
		if f.Failed() {
			return nil
		}
		var err error
		if item == "" {
			_, err = r.store.AddPurchaseOrder(r.ctx(), t, o, lines)
		} else {
			o.ID, t.Version = optionalID(item), f.seen()
			_, err = r.store.EditPurchaseOrder(r.ctx(), t, o, lines)
		}
		return atField(err, "/lines", "/line.0.price")
	})
}

// purchaseLines reads the lines of the form that are not empty.
func (r *request) purchaseLines(f *form) (lines []crm.PurchaseLine) {
	for i := range crm.MaxPurchaseLines {
		at := func(name string) string { return purchasesPage{}.Line(i, name) }
		if f.Value(at("text")) == "" && f.Value(at("quantity")) == "" && f.Value(at("price")) == "" {
			continue
		}
		r.needed(f, at("text"), at("quantity"), at("price"))
		lines = append(lines, crm.PurchaseLine{Text: clean(f.Value(at("text")), maxLine), Quantity: r.quantity(f, at("quantity")), UnitPrice: r.rate(f, at("price"))})
	}
	return lines
}

// formPurchaseStep carries out a step of the order that the page shows.
func formPurchaseStep(done string, do func(*request, *form, store.Target, crm.ID) error) func(*request) error {
	return func(r *request) error {
		item, err := r.id("item")
		if err != nil {
			return err
		}
		return r.projectEdit(done, "/purchases?order="+string(item), showPurchases, func(f *form, t store.Target) error {
			f.values["change_order"] = string(item)
			t.Version = f.seen()
			return do(r, f, t, item)
		})
	}
}

func formPurchaseDecide(to crm.PurchaseState) func(*request) error {
	return formPurchaseStep("saved", func(r *request, _ *form, t store.Target, id crm.ID) error {
		_, err := r.store.DecidePurchase(r.ctx(), t, id, to, r.purchaseLimit())
		return err
	})
}

func formPurchaseReceive(r *request, f *form, t store.Target, id crm.ID) error {
	var came []store.Receipt
	for position := 1; position <= crm.MaxPurchaseLines; position++ {
		if name := fmt.Sprintf("came.%d", position); f.Value(name) != "" && f.Value(name) != "0" {
			came = append(came, store.Receipt{Position: position, Quantity: r.quantity(f, name)})
		}
	}
	if len(came) == 0 {
		f.other, f.status = append(f.other, r.say("purchase.nothing_came")), http.StatusUnprocessableEntity
	}
	if f.Failed() {
		return nil
	}
	_, err := r.store.ReceivePurchase(r.ctx(), t, id, came)
	return err
}

func formPurchaseInvoice(r *request, f *form, t store.Target, id crm.ID) error {
	r.needed(f, "invoice_number", "invoice_amount")
	v := crm.PurchaseInvoice{ID: store.NewID(), OrderID: id, Number: clean(f.Value("invoice_number"), maxName), Amount: r.rate(f, "invoice_amount"), OnDate: r.date(f, "invoice_date")}
	if !f.Failed() && !v.Amount.IsPositive() {
		f.blame("invoice_amount", r.errorText(crm.Problem("out_of_range", "min", "0.01")))
	}
	if f.Failed() {
		return nil
	}
	_, err := r.store.InvoicePurchase(r.ctx(), t, v, f.Value("last") != "")
	return atField(err, "/on_date", "/invoice_date")
}

func formPurchaseEnd(r *request, _ *form, t store.Target, id crm.ID) error {
	_, err := r.store.EndPurchase(r.ctx(), t, id)
	return err
}

// pagePurchasePaper is the order as PDF, for its supplier.
func pagePurchasePaper(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	item, err := r.id("item")
	if err != nil {
		return err
	}
	rows, err := r.store.PurchaseOrders(r.ctx(), c.ID)
	if err != nil {
		return err
	}
	seller, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	for _, o := range rows {
		if o.ID == item {
			content, err := documents.Draw(r.purchasePaper(o, c, seller))
			if err != nil {
				return err
			}
			return r.sendPaper(o.Number, content)
		}
	}
	return store.ErrNotFound
}

// purchasePaper puts an order into words.
func (r *request) purchasePaper(o store.PurchaseRow, c crm.Contract, buyer crm.LegalEntity) documents.Paper {
	w, currency := r.words(), crm.Currency(c.Currency)
	p := documents.Paper{
		Language: w.Language(), Title: w.T("purchase.paper_title", "Number", o.Number), Subject: w.T("purchase.state." + string(o.State)), Seller: []string{buyer.Name, buyer.Address, buyer.VAT},
		Buyer: []string{w.T("cost.supplier"), o.Supplier}, At: o.At, Page: w.T("paper.page"),
		Facts:   []documents.Fact{{Name: w.T("time.on"), Value: w.Date(crm.DateOf(o.At, r.srv.screens().zone()))}, {Name: w.T("purchase.due"), Value: w.Date(o.DueDate)}},
		Columns: []string{w.T("cost.text"), w.T("product.quantity"), w.T("product.price"), w.T("product.net")},
		Totals:  []documents.Fact{{Name: w.T("col.net"), Value: w.Money(o.Net, currency)}},
	}
	for _, l := range o.Lines {
		p.Rows = append(p.Rows, documents.Row{Cells: []string{l.Text, w.Number(l.Quantity, i18n.AsGiven), w.Money(l.UnitPrice, currency), w.Money(l.Net, currency)}})
	}
	return p
}
