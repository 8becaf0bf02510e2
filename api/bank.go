package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"path"

	"leadtocash/crm"
	"leadtocash/store"
)

// bankEntryRecord is an entry of a statement with what it may be.
type bankEntryRecord struct {
	store.BankEntryRow
	Proposals []crm.Proposal
}

// bookBody says whose an entry is and where it goes.
type bookBody struct {
	AccountID   crm.ID           `json:"account_id" doc:"required;text=The customer."`
	Allocations []allocationBody `json:"allocations" doc:"most=200;text=What is left of the entry stays on the customer's account."`
	Note        string           `json:"note" doc:"max=500"`
}

// asideBody notes that an entry is none of a customer's.
type asideBody struct {
	Aside opt[bool] `json:"aside" doc:"required;text=false takes it back."`
	Note  string    `json:"note" doc:"max=500"`
}

// bankReturnBody says which payment an outgoing entry took back.
type bankReturnBody struct {
	PaymentID crm.ID      `json:"payment_id" doc:"required"`
	Reason    string      `json:"reason" doc:"max=500"`
	Fee       decimalText `json:"fee" doc:"text=Asked for with the first invoice; left out: what the dunning rules say."`
}

// bookedView tells how many entries became payments.
type bookedView struct {
	Booked int `json:"booked"`
}

// bankTypes are the media types of statements.
var bankTypes = []string{"application/xml", "text/xml", "text/csv", xlsxType}

// postBankFile takes a file of statements: 201, or 200 for one that is there already.
func postBankFile(r *request) error {
	if err := mediaType(r.gin.Request, bankTypes...); err != nil {
		return err
	}
	body, err := io.ReadAll(r.gin.Request.Body)
	if err != nil {
		return err
	}
	out, again, err := r.importBank(clean(r.gin.Query("name"), maxName), body)
	if err != nil {
		return err
	}
	if again {
		return r.JSON(http.StatusOK, r.view(out))
	}
	return r.JSON(http.StatusCreated, r.view(out))
}

// importBank reads a file and keeps it with the entries that it brings.
func (r *request) importBank(name string, body []byte) (out store.BankImport, again bool, err error) {
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return out, false, err
	}
	f, err := ReadBank(r.ctx(), r.store, body, e)
	if err != nil {
		return out, false, err
	}
	f.ID, f.Name = store.NewID(), name
	return r.store.ImportBank(r.ctx(), r.user.ID, f, body)
}

// getKept sends a file as it was brought in.
func getKept(read func(*store.Store, context.Context, crm.ID) (name string, body []byte, err error)) func(*request) error {
	return func(r *request) error {
		id, err := r.id("id")
		if err != nil {
			return err
		}
		name, body, err := read(r.store, r.ctx(), id)
		if err != nil {
			return err
		}
		r.gin.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": path.Base("/" + name)}))
		r.gin.Header("Content-Security-Policy", "default-src 'none'; sandbox")
		r.gin.Data(http.StatusOK, "application/octet-stream", body)
		return nil
	}
}

func getBankEntry(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	out, err := r.bankEntry(id)
	if err != nil {
		return err
	}
	return r.record(out, out.Version)
}

func (r *request) bankEntry(id crm.ID) (out bankEntryRecord, err error) {
	if out.BankEntryRow, err = store.BankEntries.Record(r.ctx(), r.store, r.Scope(), id); err != nil {
		return out, err
	}
	found, err := r.store.Proposals(r.ctx(), []store.BankEntryRow{out.BankEntryRow})
	out.Proposals = found[id]
	return out, err
}

// entryOf finds an entry, in whose currency the rest of a body is read; what is wrong with the body so far comes first.
func (r *request) entryOf(id crm.ID, c *check) (store.BankEntryRow, error) {
	if err := c.err(); err != nil {
		return store.BankEntryRow{}, err
	}
	return store.BankEntries.Record(r.ctx(), r.store, r.Scope(), id)
}

// postBook makes a payment of an entry, once.
func postBook(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b bookBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.idRequired("/account_id", &b.AccountID)
	c.line("/note", &b.Note, maxLine)
	x, err := r.entryOf(t.ID, &c)
	if err != nil {
		return err
	}
	d := store.BankEntryEdit{AccountID: b.AccountID, Allocations: c.allocations(b.Allocations, x.Currency), Note: b.Note}
	if err := c.err(); err != nil {
		return err
	}
	out, err := r.store.BookEntry(r.ctx(), t, d)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// certainAtOnce is how many open entries are looked at for what is certain.
const certainAtOnce = 1000

// postBookCertain takes all that is certain.
func postBookCertain(r *request) error {
	n, err := r.store.BookCertain(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID}, certainAtOnce)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, bookedView{n})
}

func postAside(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b asideBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if !b.Aside.Set {
		c.fail("/aside", "required", nil)
	}
	c.line("/note", &b.Note, maxLine)
	if err := c.err(); err != nil {
		return err
	}
	if _, err := r.store.SetEntryAside(r.ctx(), t, b.Aside.Value, b.Note); err != nil {
		return err
	}
	out, err := r.bankEntry(t.ID)
	if err != nil {
		return err
	}
	return r.record(out, out.Version)
}

// postBankReturn takes the payment back that an outgoing entry took back.
func postBankReturn(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b bankReturnBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.idRequired("/payment_id", &b.PaymentID)
	c.line("/reason", &b.Reason, maxLine)
	x, err := r.entryOf(t.ID, &c)
	if err != nil {
		return err
	}
	f := crm.PaymentReturn{Reason: b.Reason}
	if b.Fee != "" {
		f.Fee = c.amount("/fee", b.Fee, x.Currency)
	}
	if err := c.err(); err != nil {
		return err
	}
	if b.Fee == "" {
		if f, err = r.feeByRule(b.PaymentID, f); err != nil {
			return err
		}
	}
	out, err := r.store.ReturnByEntry(r.ctx(), t, store.BankEntryEdit{PaymentID: b.PaymentID}, f)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(out))
}
