package crm

import "time"

// NurtureMails are the texts that a nurture track may send (S065), by the keys under which they stand in all languages.
func NurtureMails() []string { return []string{"nurture_hello", "nurture_case", "nurture_last"} }

// TouchState says what became of a mail of a nurture track.
type TouchState string

// The states of a nurture touch.
const (
	TouchPlanned TouchState = "planned"
	TouchWritten TouchState = "written" // its mail has been handed to the deliverer
	TouchStopped TouchState = "stopped"
)

// NurtureTouch is one mail of a track to a lead; each leaves at most once, however often the track is begun.
type NurtureTouch struct {
	LeadID    ID
	Track     string
	Touch     string
	Mail      string
	Position  int
	DueAt     time.Time
	State     TouchState
	EffectKey string
	At        *time.Time // when it was written or stopped
}

// AnswerKind is how a lead answered, or why its address is not to be written to any more.
type AnswerKind string

// The kinds of answers; each ends the track.
const (
	AnswerReply       AnswerKind = "reply"
	AnswerBounce      AnswerKind = "bounce"
	AnswerUnsubscribe AnswerKind = "unsubscribe"
)

// AnswerKinds lists the kinds of answers.
func AnswerKinds() []string {
	return []string{string(AnswerReply), string(AnswerBounce), string(AnswerUnsubscribe)}
}

// NurtureGate is what a lead needs to be written to: his consent, and an address that takes mail.
func NurtureGate(l Lead, version int) Verdict {
	v := Verdict{Kind: RuleNurture, Version: version, Key: string(StepNurture), Result: Allowed}
	bounced := "false"
	if l.BouncedAt != nil {
		bounced = "true"
	}
	consent := "false"
	if l.Consent {
		consent = "true"
	}
	v.Clauses = []Clause{
		{ID: "nurture.consent", Source: "lead.consent", Op: "is", Outcome: outcomeOf(l.Consent), Values: []Value{{"lead.consent", consent}}, FixBy: sellers, Label: map[string]string{
			"en": "The person has agreed to be written to", "it": "La persona ha acconsentito a ricevere messaggi",
			"es": "La persona ha aceptado recibir mensajes", "pl": "Osoba zgodziła się na kontakt",
		}},
		{ID: "nurture.email", Source: "filled(lead.email)", Op: "filled", Outcome: outcomeOf(l.Email != ""), Values: []Value{{"lead.email", l.Email}}, FixBy: sellers, Label: map[string]string{
			"en": "The e-mail address is filled in", "it": "L'indirizzo e-mail è compilato",
			"es": "La dirección de correo está indicada", "pl": "Adres e-mail jest podany",
		}},
		{ID: "nurture.bounced", Source: "not lead.bounced", Op: "is_not", Outcome: outcomeOf(l.BouncedAt == nil), Values: []Value{{"lead.bounced", bounced}}, FixBy: sellers, Label: map[string]string{
			"en": "Mail to the address does not come back", "it": "I messaggi all'indirizzo non tornano indietro",
			"es": "El correo a esa dirección no se devuelve", "pl": "Poczta na ten adres nie wraca",
		}},
	}
	for _, c := range v.Clauses {
		if c.Outcome != Met {
			v.Result = Refused
		}
	}
	return v
}

func outcomeOf(met bool) Outcome {
	if met {
		return Met
	}
	return Unmet
}
