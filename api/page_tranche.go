package api

import (
	"fmt"

	"leadtocash/crm"
	"leadtocash/store"
)

// Field is the name of a field of the tranche's own form: all forms of a page share one set of names.
func (t trancheView) Field(name string) string { return trancheField(t.Position, name) }

func trancheField(position int, name string) string {
	return fmt.Sprintf("tranche.%d.%s", position, name)
}

// Noted tells whether another system may say something about the tranche: not before it may be billed (S061).
func (t trancheView) Noted() bool { return t.State != crm.TranchePlanned }

// Elsewhere tells whether another system invoices the tranche.
func (t trancheView) Elsewhere() bool { return t.InvoiceID == "" }

// formTranche notes what another system says about a tranche: its number there, whether that is paid (S061), whether the payment was
// dishonoured (S062).
func formTranche(r *request) error {
	item, err := r.id("item")
	if err != nil {
		return err
	}
	return r.projectForm("saved", func(f *form, t store.Target) error {
		position := r.whole(f, "position", 1, 1000)
		number, paid, dishonoured := trancheField(position, "number"), trancheField(position, "paid"), trancheField(position, "dishonoured")
		for _, name := range []string{number, paid, dishonoured} {
			f.values[name] = f.Value(name) // a box without its tick is not sent, and has to stay without
		}
		if f.Failed() {
			return nil
		}
		t.Version = f.seen()
		_, err := r.store.EditTranche(r.ctx(), t, item, func(t *crm.Tranche) error {
			t.ExternalNumber, t.Dishonoured = clean(f.Value(number), maxName), f.Value(dishonoured) == "true"
			if t.InvoiceID == "" {
				t.State = paidElsewhere(*t, f.Value(paid) == "true")
			}
			return nil
		})
		return renamed(err, "external_number", number)
	})
}

// formDishonoured notes on an invoice's page that the bank gave its payment back, or that this is settled (S062).
func formDishonoured(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	i, err := r.store.InvoicePage(r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	t := store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: i.ContractID}
	_, err = r.store.EditTranche(r.ctx(), t, i.TrancheID, func(t *crm.Tranche) error {
		t.Dishonoured = f.Value("dishonoured") == "true"
		return nil
	})
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showInvoice(r, id, f)
	}
	return r.said("saved", "/invoices/"+string(id))
}

// renamed puts what is wrong with a record's field beside the field of the form that has another name.
func renamed(err error, field, name string) error { return atField(err, "/"+field, "/"+name) }
