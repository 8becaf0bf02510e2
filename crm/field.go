package crm

import "strings"

// Field is a fact as people meet it: in the rule editor, in a refusal, in the panel where it can be filled.
type Field struct {
	Path    string    // in the facts: "customer.vat"
	Type    FieldType // what kind of value it holds
	Writers []Role    // who may fill it; none: the system computes it
	Inline  bool      // a refusal offers an input for it; otherwise it links to where it is filled
	Tab     string    // the opportunity's tab where it is filled
}

// FieldType is how a field is typed and shown.
type FieldType string

// The types of fields.
const (
	TypeText    FieldType = "text"
	TypeMoney   FieldType = "money"
	TypeNumber  FieldType = "number"
	TypePercent FieldType = "percent"
	TypeDate    FieldType = "date"
	TypeBool    FieldType = "bool"
	TypeList    FieldType = "list"
)

var (
	sellers    = []Role{RoleSalesperson, RoleSalesManager, RoleSalesOps, RoleAdmin}
	finance    = []Role{RoleFinance, RoleAdmin}
	deliverers = []Role{RoleProjectManager, RoleAdmin}
	validators = []Role{RoleFinance, RoleSalesOps, RoleAdmin}
	answerers  = []Role{RoleProjectManager, RoleFinance, RoleAdmin}
	handers    = append([]Role{RoleProjectManager}, sellers...) // who asks, and who answers
)

// fields is the one table of what rules may read and who may write it.
var fields = []Field{
	{"lead.company", TypeText, sellers, false, "lead"},
	{"lead.contact", TypeText, sellers, false, "lead"},
	{"lead.email", TypeText, sellers, false, "lead"},
	{"lead.phone", TypeText, sellers, false, "lead"},
	{"lead.vat", TypeText, sellers, false, "lead"},
	{"lead.country", TypeText, sellers, false, "lead"},
	{"lead.need", TypeText, sellers, false, "lead"},
	{"lead.language", TypeText, sellers, false, "lead"},
	{"lead.source", TypeText, nil, false, "lead"},
	{"lead.campaign", TypeText, sellers, false, "lead"},
	{"lead.state", TypeText, nil, false, "lead"},
	{"lead.feedback", TypeText, []Role{RoleSalesperson, RoleSalesManager}, false, "lead"},
	{"lead.score", TypeNumber, nil, false, "lead"},
	{"lead.touches", TypeNumber, nil, false, "lead"},
	{"lead.last_touch", TypeDate, nil, false, "lead"},
	{"lead.consent", TypeBool, sellers, false, "lead"},
	{"lead.bounced", TypeBool, nil, false, "lead"},
	{"deal.name", TypeText, sellers, true, "main"},
	{"deal.pipeline", TypeText, nil, false, "main"},
	{"deal.stage", TypeText, nil, false, "main"},
	{"deal.amount", TypeMoney, sellers, true, "main"},
	{"deal.amount_source", TypeText, nil, false, "main"},
	{"deal.target", TypeMoney, sellers, true, "main"},
	{"deal.cost", TypeMoney, sellers, false, "products"},
	{"deal.margin_percent", TypePercent, nil, false, "products"},
	{"deal.close_date", TypeDate, sellers, true, "main"},
	{"deal.need", TypeText, sellers, true, "main"},
	{"deal.budget", TypeBool, sellers, true, "main"},
	{"deal.decision_maker", TypeBool, sellers, true, "main"},
	{"deal.products", TypeNumber, sellers, false, "products"},
	{"deal.made_to_order", TypeBool, nil, false, "products"},
	{"deal.handed_off", TypeBool, handers, false, "products"},
	{"deal.engagements", TypeNumber, sellers, false, "activities"},
	{"deal.competitors", TypeNumber, sellers, false, "relations"},
	{"deal.tags", TypeList, sellers, false, "main"},
	{"deal.samples", TypeNumber, sellers, false, "products"},
	{"deal.samples_waiting", TypeNumber, sellers, false, "products"},
	{"customer.name", TypeText, sellers, true, "main"},
	{"customer.vat", TypeText, append([]Role{RoleFinance}, sellers...), true, "main"},
	{"customer.country", TypeText, append([]Role{RoleFinance}, sellers...), true, "main"},
	{"customer.address", TypeText, append([]Role{RoleFinance}, sellers...), true, "main"},
	{"customer.email", TypeText, sellers, true, "main"},
	{"customer.phone", TypeText, sellers, true, "main"},
	{"customer.language", TypeText, sellers, false, "main"},
	{"customer.class", TypeText, sellers, true, "main"},
	{"customer.new", TypeBool, nil, false, "main"},
	{"customer.credit_limit", TypeMoney, finance, true, "main"},
	{"contact.name", TypeText, sellers, true, "relations"},
	{"contact.email", TypeText, sellers, true, "relations"},
	{"contact.phone", TypeText, sellers, true, "relations"},
	{"contact.job", TypeText, sellers, true, "relations"},
	{"contact.status", TypeText, nil, false, "relations"},
	{"line.sku", TypeText, sellers, false, "products"},
	{"line.name", TypeText, sellers, false, "products"},
	{"line.quantity", TypeNumber, sellers, false, "products"},
	{"line.list_price", TypeMoney, nil, false, "products"},
	{"line.unit_price", TypeMoney, sellers, false, "products"},
	{"line.discount_percent", TypePercent, sellers, false, "products"},
	{"line.net_price", TypeMoney, nil, false, "products"},
	{"line.below_list_percent", TypePercent, nil, false, "products"},
	{"line.unit_cost", TypeMoney, sellers, false, "products"},
	{"line.margin_percent", TypePercent, nil, false, "products"},
	{"line.made_to_order", TypeBool, nil, false, "products"},
	{"line.handed_off", TypeBool, handers, false, "products"},
	{"hand_off.specification", TypeText, sellers, false, "products"},
	{"hand_off.needed_by", TypeDate, sellers, false, "products"},
	{"hand_off.bounces", TypeNumber, nil, false, "products"},
	{"hand_off.feasible", TypeBool, answerers, false, "products"},
	{"hand_off.delivery_date", TypeDate, answerers, false, "products"},
	{"hand_off.unit_cost", TypeMoney, answerers, false, "products"},
	{"hand_off.answer", TypeText, answerers, false, "products"},
	{"quote.state", TypeText, sellers, false, "quotes"},
	{"quote.lines", TypeNumber, sellers, false, "quotes"},
	{"quote.net", TypeMoney, sellers, false, "quotes"},
	{"quote.total", TypeMoney, sellers, false, "quotes"},
	{"quote.discount_percent", TypePercent, sellers, false, "quotes"},
	{"quote.margin_percent", TypePercent, sellers, false, "quotes"},
	{"quote.valid_until", TypeDate, sellers, false, "quotes"},
	{"order.state", TypeText, nil, false, "quotes"},
	{"order.total", TypeMoney, nil, false, "quotes"},
	{"order.margin_percent", TypePercent, nil, false, "quotes"},
	{"order.discount_percent", TypePercent, nil, false, "quotes"},
	{"order.payment_days", TypeNumber, append([]Role{RoleFinance}, sellers...), true, "quotes"},
	{"order.delivery_date", TypeDate, append([]Role{RoleFinance}, sellers...), true, "quotes"},
	{"order.tranches", TypeNumber, sellers, false, "quotes"},
	{TickedField, TypeList, validators, false, "quotes"},
	{"receivables.open", TypeMoney, nil, false, "main"},
	{"receivables.overdue", TypeMoney, finance, false, "main"},
	{"receivables.days_late", TypeNumber, finance, false, "main"},
	{"receivables.letters", TypeNumber, finance, false, "main"},
	{"receivables.broken_promises", TypeNumber, finance, false, "main"},
	{"receivables.legal", TypeBool, finance, false, "main"},
	{"project.revenue", TypeMoney, nil, false, "project"},
	{"project.budget", TypeMoney, nil, false, "project"},
	{"project.progress_percent", TypePercent, deliverers, false, "project"},
	{"project.actual", TypeMoney, deliverers, false, "project"},
	{"project.committed", TypeMoney, deliverers, false, "project"},
	{"project.estimate", TypeMoney, nil, false, "project"},
	{"project.margin", TypeMoney, nil, false, "project"},
	{"project.margin_percent", TypePercent, nil, false, "project"},
	{"project.deviation", TypeMoney, nil, false, "project"},
	{"project.deviation_percent", TypePercent, nil, false, "project"},
	{"project.late_milestones", TypeNumber, deliverers, false, "project"},
	{"project.open_milestones", TypeNumber, deliverers, false, "project"},
	{"project.unbilled_tranches", TypeNumber, finance, false, "project"},
	{"project.open_cases", TypeNumber, []Role{RoleCare, RoleAdmin}, false, "project"},
	{"project.unapproved", TypeNumber, finance, false, "project"},
	{"project.committed_costs", TypeNumber, deliverers, false, "project"},
	{"project.phases_over", TypeNumber, nil, false, "project"},
	{"project.phase_deviation", TypeMoney, nil, false, "project"},
	{"project.phase_deviation_percent", TypePercent, nil, false, "project"},
	{"project.exposure", TypeMoney, deliverers, false, "project"},
	{"engagement.kind", TypeText, sellers, false, "activities"},
	{"engagement.outcome", TypeText, sellers, false, "activities"},
	{"engagement.in_a_row", TypeNumber, nil, false, "activities"},
	{"engagement.note", TypeText, sellers, false, "activities"},
	{"engagement.next", TypeBool, sellers, false, "activities"},
	{"duplicate.entered", TypeText, nil, false, "main"},
	{"duplicate.with", TypeText, nil, false, "main"},
	{"duplicate.same_vat", TypeBool, nil, false, "main"},
	{"duplicate.same_email", TypeBool, nil, false, "main"},
	{"duplicate.same_phone", TypeBool, nil, false, "main"},
	{"duplicate.similarity", TypePercent, nil, false, "main"},
	{"duplicate.other_country", TypeBool, nil, false, "main"},
	{"user.roles", TypeList, nil, false, "main"},
	{"process.today", TypeDate, nil, false, "main"},
}

// records are the records whose fields rules read under another name.
var records = map[string]string{"deal": "opportunity"}

// Readers lists the roles that may see the field wherever they may see its record; none: all of them (B089).
func (f Field) Readers() []Role {
	if c, ok := CustomAt(f.Path); ok {
		return c.Readers
	}
	group, name, _ := strings.Cut(f.Path, ".")
	if record, other := records[group]; other {
		group = record
	}
	return Readers(group + "." + name)
}

// Fields lists every field that rules may read, in the order in which the editor shows them.
func Fields() []Field { return fields }

// FieldAt finds a field by its path, a custom one too.
func FieldAt(path string) (Field, bool) {
	for _, f := range fields {
		if f.Path == path {
			return f, true
		}
	}
	if c, ok := CustomAt(path); ok {
		return c.Field(), true
	}
	return Field{}, false
}
