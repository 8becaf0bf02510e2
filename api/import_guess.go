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

// guessPlaces says what each column of a header most likely becomes; empty: nothing of ours. The first of two that mean the same gets it.
func guessPlaces(heads []string) []string {
	out := make([]string, len(heads))
	take := func(i int, field string) {
		if out[i] == "" && !slices.Contains(out, field) {
			out[i] = field
		}
	}
	for i, h := range heads { // our own names come first
		if own := strings.ReplaceAll(headName(h), " ", "_"); slices.Contains(leadColumns, own) {
			take(i, own)
		}
	}
	for i, h := range heads {
		for _, field := range leadColumns {
			if slices.Contains(columnNames[field], headName(h)) {
				take(i, field)
			}
		}
	}
	return out
}
