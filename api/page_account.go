package api

import (
	"errors"
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"
)

type accountsPage struct {
	Rows        []store.AccountRow
	Text        string
	Currency    string
	First, Next string
	May         bool
	Form        form
}

func pageAccounts(r *request) error { return showAccounts(r, form{values: map[string]string{}}) }

func showAccounts(r *request, f form) error {
	text := clean(r.gin.Query("q"), 100)
	rows, err := r.store.AccountRows(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount), text, optionalID(r.gin.Query("after")), rowsPerPage+1)
	if err != nil {
		return err
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	p := accountsPage{Text: text, Currency: e.Currency, May: r.Can(crm.MayWriteAccount), Form: f}
	p.Rows, p.First, p.Next = paged(r, rows, func(a store.AccountRow) crm.ID { return a.ID })
	return r.show(f.Status(), "accounts", r.say("nav.accounts"), p)
}

// accountPage is all that is known of a company on one page (S055-S057).
type accountPage struct {
	store.AccountPage
	Currency  string
	Events    []event
	Form      form
	May       bool
	Languages []option
}

func pageAccount(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showAccount(r, id, form{})
}

func showAccount(r *request, id crm.ID, f form) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	a, err := r.store.AccountPage(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount), id, today)
	if err != nil {
		return r.merged("account", id, err)
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	p := accountPage{AccountPage: a, Currency: e.Currency, Events: r.events(a.Timeline, e.Currency), Form: f, May: r.Can(crm.MayWriteAccount), Languages: languageOptions()}
	if !f.Failed() {
		p.Form = values("name", a.Name, "vat", a.VAT, "country", a.Country, "address", a.Address, "email", a.Email, "phone", a.Phone, "class", a.Class,
			"language", a.Language, "credit_limit", plainNumber(r.words(), a.CreditLimit), "payment_days", strconv.Itoa(a.PaymentDays))
	}
	return r.show(f.Status(), "account", a.Name, p)
}

func languageOptions() []option {
	var out []option
	for _, l := range languageChoices {
		out = append(out, option{l.Code, l.Name})
	}
	return out
}

// readAccount checks the form of a company and gives the change that it asks for.
func (r *request) readAccount(f *form) func(*crm.Account) {
	r.needed(f, "name")
	limit := r.decimal(f, "credit_limit")
	days := 30
	if v := f.Value("payment_days"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 || n > 365 {
			f.blame("payment_days", r.errorText(crm.Problem("out_of_range", "min", "0", "max", "365")))
		}
		days = n
	}
	if limit.IsNegative() {
		f.blame("credit_limit", r.errorText(crm.Problem("out_of_range", "min", "0")))
	}
	vat, email, phone := r.checked(f, "vat", crm.CheckVAT), r.checked(f, "email", crm.CheckEmail), r.checked(f, "phone", crm.CheckPhone)
	return func(a *crm.Account) {
		a.Name, a.VAT, a.Email, a.Phone = clean(f.Value("name"), 200), vat, email, phone
		a.Country, a.Address, a.Class = clean(f.Value("country"), 2), clean(f.Value("address"), 500), clean(f.Value("class"), 60)
		a.CreditLimit, a.PaymentDays = limit, days
		if known(f.Value("language"), i18n.Languages()) != "" {
			a.Language = f.Value("language")
		}
	}
}

// checked reads an optional value in its canonical form; a wrong one is blamed on its field.
func (r *request) checked(f *form, name string, check func(string) (string, error)) string {
	v := f.Value(name)
	if v == "" {
		return ""
	}
	c, err := check(v)
	if err != nil {
		f.blame(name, r.errorText(err))
	}
	return c
}

func formAccount(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	change := r.readAccount(&f)
	if f.Failed() {
		return showAccounts(r, f)
	}
	a := crm.Account{ID: store.NewID(), Kind: "prospect", Language: r.language}
	change(&a)
	a, err = r.store.CreateAccount(r.ctx(), r.user.ID, a, r.doubt(f.Value("confirm")))
	if err = r.judge(&f, taken(r, &f, err, "vat")); err != nil {
		return err
	}
	if f.Failed() {
		return showAccounts(r, f)
	}
	return r.said("account_created", "/accounts/"+string(a.ID))
}

// taken blames a unique value that another record has on its field.
func taken(r *request, f *form, err error, name string) error {
	if _, ok := errors.AsType[store.Taken](err); ok {
		f.blame(name, r.errorText(crm.Problem("already_used")))
		f.status = http.StatusConflict
		return nil
	}
	return err
}

func formAccountEdit(r *request) error {
	return editForm[crm.Account]{
		path: "/accounts/", unique: "vat",
		read: (*request).readAccount, show: showAccount,
		write: func(r *request, t store.Target, change func(*crm.Account) error) error {
			_, err := r.store.EditAccount(r.ctx(), t, change)
			return err
		},
	}.save(r)
}
