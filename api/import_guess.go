package api

import (
	"slices"
	"strings"
	"unicode"

	"leadtocash/i18n"
)

// columnNames are what people call the columns of a file of leads, in four languages, without case, accents and punctuation.
var columnNames = map[string][]string{
	"company":      {"company name", "account", "organisation", "organization", "firm", "azienda", "ragione sociale", "ditta", "societa", "impresa", "empresa", "razon social", "compania", "sociedad", "firma", "nazwa firmy", "przedsiebiorstwo", "spolka"},
	"contact_name": {"contact", "name", "full name", "person", "contact person", "nome", "nominativo", "nome e cognome", "contatto", "referente", "nombre", "nombre y apellidos", "contacto", "persona de contacto", "imie i nazwisko", "osoba", "osoba kontaktowa", "kontakt"},
	"email":        {"e mail", "mail", "email address", "e mail address", "posta elettronica", "indirizzo email", "indirizzo e mail", "correo", "correo electronico", "poczta", "adres email", "adres e mail"},
	"phone":        {"telephone", "tel", "mobile", "phone number", "telefono", "cellulare", "numero di telefono", "movil", "telefon", "komorka", "numer telefonu"},
	"vat":          {"vat number", "vat id", "vat no", "tax id", "partita iva", "p iva", "piva", "nif", "cif", "numero de iva", "nip", "numer vat"},
	"country":      {"country code", "paese", "nazione", "pais", "kraj"},
	"need":         {"message", "notes", "note", "request", "comments", "richiesta", "esigenza", "messaggio", "necesidad", "mensaje", "notas", "comentarios", "potrzeba", "wiadomosc", "uwagi"},
	"language":     {"lingua", "idioma", "jezyk"},
	"source":       {"lead source", "fonte", "origine", "origen", "fuente", "zrodlo"},
	"campaign":     {"campagna", "campana", "kampania"},
	"external_id":  {"id", "key", "record id", "codice", "codigo", "identyfikator"},
	"consent":      {"opt in", "privacy", "marketing consent", "consenso", "consentimiento", "zgoda"},
}

// headName is a column's name without what people write differently.
func headName(head string) string {
	return strings.Join(strings.FieldsFunc(i18n.Fold(head), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// recordNames are the names of columns of files of companies and people that are called otherwise than those of leads.
var recordNames = map[string][]string{
	"name":         {"company", "company name", "account", "full name", "contact", "contact person", "organisation", "organization", "firm", "azienda", "ragione sociale", "ditta", "societa", "impresa", "nome", "nominativo", "nome e cognome", "referente", "empresa", "razon social", "nombre", "nombre y apellidos", "sociedad", "contacto", "firma", "nazwa", "nazwa firmy", "przedsiebiorstwo", "spolka", "imie i nazwisko", "osoba"},
	"tax_code":     {"codice fiscale", "cf", "fiscal code"},
	"sdi":          {"codice sdi", "sdi code", "codice destinatario", "codice univoco", "codice univoco ufficio"},
	"pec":          {"indirizzo pec", "certified mail"},
	"iban":         {"conto", "bank account", "cuenta", "konto", "rachunek"},
	"address":      {"full address", "indirizzo", "sede", "direccion", "domicilio", "adres"},
	"street":       {"street and number", "via", "calle", "ulica"},
	"postal_code":  {"zip", "zip code", "postcode", "cap", "codigo postal", "kod pocztowy"},
	"city":         {"town", "citta", "comune", "ciudad", "poblacion", "localidad", "miasto", "miejscowosc"},
	"region":       {"province", "state", "provincia", "regione", "comunidad", "wojewodztwo"},
	"class":        {"category", "segment", "classe", "categoria", "segmento", "clase", "klasa", "segment klienta"},
	"payment_days": {"payment terms", "giorni di pagamento", "dias de pago", "termin platnosci"},
	"credit_limit": {"fido", "limite di credito", "limite de credito", "limit kredytowy"},
	"parent":       {"parent company", "group", "holding", "gruppo", "capogruppo", "grupo", "matriz", "grupa"},
	"owner":        {"salesperson", "account manager", "venditore", "agente", "responsabile", "comercial", "vendedor", "responsable", "handlowiec", "opiekun"},
	"job":          {"title", "job title", "position", "ruolo aziendale", "mansione", "qualifica", "cargo", "puesto", "stanowisko"},
	"role":         {"buying role", "role in buying", "ruolo", "papel", "rol", "rola"},
	"company":      {"account", "company name", "organisation", "organization", "firm", "azienda", "ragione sociale", "ditta", "societa", "impresa", "empresa", "razon social", "sociedad", "firma", "nazwa firmy", "przedsiebiorstwo", "spolka"},
}

// calls tells whether people call a column so: by one of its names, or by what a field of the company's own is called in any language.
func (k fileKind) calls(column, head string) bool {
	if name, own := strings.CutPrefix(column, ownPrefix); own {
		f, _ := k.own.at(name)
		for _, label := range f.Labels {
			if headName(label) == head {
				return true
			}
		}
		return head == headName(name)
	}
	if names, other := recordNames[column]; other && k.what != "lead" {
		return slices.Contains(names, head)
	}
	return slices.Contains(columnNames[column], head)
}

// guess says what each column of a header most likely becomes; empty: nothing of ours. The first of two that mean the same gets it. What a person's
// file calls his company is no name of his.
func (k fileKind) guess(heads []string) []string {
	out := make([]string, len(heads))
	take := func(i int, field string) {
		if out[i] == "" && !slices.Contains(out, field) {
			out[i] = field
		}
	}
	for i, h := range heads { // our own names come first
		h = strings.ToLower(strings.TrimSpace(h))
		if own := strings.ReplaceAll(headName(h), " ", "_"); slices.Contains(k.columns, own) {
			take(i, own)
		} else if slices.Contains(k.columns, h) {
			take(i, h)
		}
	}
	order := k.columns
	if k.what == "contact" {
		order = append([]string{"company"}, order...)
	}
	for i, h := range heads {
		for _, field := range order {
			if k.calls(field, headName(h)) {
				take(i, field)
			}
		}
	}
	return out
}
