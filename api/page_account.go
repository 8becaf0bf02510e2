package api

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"
)

type accountsPage struct {
	MayImport   bool
	Rows        []accountLine
	Filter      store.AccountFilter
	Filtered    bool
	Currency    string
	Own         []option // columns of the company's own fields, by name
	Columns     []input  // that may be shown
	Query       string
	First, Next string
	May         bool
	Form        form
	Inputs      []ownInput
	Kinds       []option
	Sorts       []option
	States      []option
	Saved       savedBar
}

// accountLine is a company of the list, with the fields of the company's own that were chosen as columns.
type accountLine struct {
	store.AccountRow
	Own []string
}

func pageAccounts(r *request) error { return showAccounts(r, form{values: map[string]string{}}) }

func (r *request) accountFilter() store.AccountFilter {
	return store.AccountFilterOf(r.gin.Request.URL.Query())
}

func showAccounts(r *request, f form) error {
	filter := r.accountFilter()
	rows, err := r.store.AccountRows(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount), filter, rowsPerPage+1)
	if err != nil {
		return err
	}
	own, err := r.own("account")
	if err != nil {
		return err
	}
	p := accountsPage{
		Filter: filter, Filtered: filter.Text != "" || filter.Kind != "" || filter.Country != "" || filter.Archived, Currency: string(own.currency),
		May: r.Can(crm.MayWriteAccount), MayImport: r.Can(crm.MayImportLead), Form: f, Inputs: own.inputs(r, f, nil),
		Kinds:  enumOptions(r, r.say("filter.all"), "account_kind", []string{"customer", "prospect"}),
		Sorts:  []option{{"", r.say("account.sort_name")}, {"created", r.say("account.sort_created")}, {"country", r.say("account.sort_country")}},
		States: r.archiveStates(),
	}
	rows, p.First, p.Next = paged(r, rows, func(a store.AccountRow) crm.ID { return a.ID })
	var chosen []crm.CustomField
	chosen, p.Own, p.Columns = r.ownColumns(own)
	for _, a := range rows {
		line := accountLine{AccountRow: a}
		for _, d := range chosen {
			line.Own = append(line.Own, own.text(r, d, a.Custom))
		}
		p.Rows = append(p.Rows, line)
	}
	p.Query = exportQuery(r)
	if p.Saved, err = r.savedBar(crm.ListAccounts); err != nil {
		return err
	}
	return r.show(f.Status(), "accounts", r.say("nav.accounts"), p)
}

func (r *request) archiveStates() []option {
	return []option{{"", r.say("account.state_active")}, {"archived", r.say("account.archived")}}
}

// exportQuery is the query of the list without the place in it, for the file with the same rows.
func exportQuery(r *request) string {
	q := r.gin.Request.URL.Query()
	q.Del("after")
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// ownColumns are the fields of the company's own that a list shows, as its address names them, and all that it could show.
func (r *request) ownColumns(own ownFields) (chosen []crm.CustomField, heads []option, boxes []input) {
	names := r.gin.Request.URL.Query()["col"]
	for _, d := range own.shown() {
		box := input{ID: fieldID("col." + d.Name), Name: "col", Value: d.Name, Label: d.Label(r.language)}
		if slices.Contains(names, d.Name) {
			chosen, heads, box.Mode = append(chosen, d), append(heads, option{d.Name, d.Label(r.language)}), "checked"
		}
		boxes = append(boxes, box)
	}
	return chosen, heads, boxes
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
	country := strings.ToUpper(f.Value("country"))
	if country != "" && (len(country) != 2 || strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		f.blame("country", r.errorText(crm.Problem("invalid_country", "example", "IT")))
	}
	vat, email, phone := r.checked(f, "vat", crm.CheckVAT), r.checked(f, "email", crm.CheckEmail), r.checked(f, "phone", crm.CheckPhone)
	taxCode, sdi := r.checked(f, "tax_code", crm.CheckTaxCode), r.checked(f, "sdi", crm.CheckSDI)
	pec, iban := r.checked(f, "pec", crm.CheckEmail), r.checked(f, "iban", crm.CheckIBAN)
	parent := r.companyNamed(f, "parent")
	custom := r.readOwn(f, "account")
	_, whole := f.values["address"]
	_, billing := f.values["iban"]
	_, grouped := f.values["parent"]
	return func(a *crm.Account) {
		a.Name, a.VAT, a.Email, a.Phone = clean(f.Value("name"), 200), vat, email, phone
		if whole { // where the main legal address writes them, the form has neither
			a.Country, a.Address = country, clean(f.Value("address"), 500)
		}
		if billing {
			a.TaxCode, a.SDI, a.PEC, a.IBAN = taxCode, sdi, pec, iban
		}
		if grouped {
			a.ParentID = parent
		}
		a.Class, a.CreditLimit, a.PaymentDays = clean(f.Value("class"), 60), limit, days
		if known(f.Value("language"), i18n.Languages()) != "" {
			a.Language = f.Value("language")
		}
		custom(&a.Custom)
	}
}

// companyNamed finds the company that was typed by its name or VAT number; one that is not there, or not alone, is blamed on the field.
func (r *request) companyNamed(f *form, name string) crm.ID {
	text := f.Value(name)
	if text == "" {
		return ""
	}
	found, err := r.store.AccountsNamed(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount), text)
	if err != nil || len(found) != 1 {
		f.blame(name, r.errorText(crm.Problem(map[bool]string{true: "duplicate_name", false: "unknown_record"}[len(found) > 1])))
		return ""
	}
	return found[0].ID
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
	company, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	a := crm.Account{ID: store.NewID(), Kind: "prospect", Language: r.language}
	change(&a)
	if !f.Sent("payment_days") {
		a.PaymentDays = company.PaymentDays
	}
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

// pageAccountsCSV sends the companies of the list as a file, at most 10,000, with the fields of the company's own that the person may see.
func pageAccountsCSV(r *request) error {
	own, err := r.own("account")
	if err != nil {
		return err
	}
	filter := r.accountFilter()
	filter.After = ""
	rows, err := r.store.AccountRows(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount), filter, exportRows)
	if err != nil {
		return err
	}
	head := []string{"id", "name", "kind", "parent_id", "vat", "tax_code", "sdi", "pec", "iban", "country", "address", "email", "phone", "class", "language", "credit_limit", "payment_days"}
	out := [][]string{append(head, own.heads()...)}
	for _, a := range rows {
		line := []string{
			string(a.ID), a.Name, a.Kind, string(a.ParentID), a.VAT, a.TaxCode, a.SDI, a.PEC, a.IBAN, a.Country, a.Address, a.Email, a.Phone, a.Class, a.Language,
			a.CreditLimit.String(), strconv.Itoa(a.PaymentDays),
		}
		out = append(out, append(line, own.cells(a.Custom)...))
	}
	return r.sendCSV("accounts.csv", out)
}

// exportRows is how many rows a file of a list has at most.
const exportRows = 10_000

// heads are the columns of a file for the company's own fields, and cells their values in the form in which a file is read again.
func (o ownFields) heads() (out []string) {
	for _, d := range o.shown() {
		out = append(out, ownPrefix+d.Name)
	}
	return out
}

func (o ownFields) cells(values crm.Custom) (out []string) {
	for _, d := range o.shown() {
		out = append(out, values.Text(d.Name))
	}
	return out
}

func languageOptions() []option {
	var out []option
	for _, l := range languageChoices {
		out = append(out, option{l.Code, l.Name})
	}
	return out
}

// address360 is the address of the rows behind a number.
func address360(of string, id crm.ID, what string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	path := "/" + of + "s/" + string(id) + "/list/" + what
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
