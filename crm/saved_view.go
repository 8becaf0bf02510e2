package crm

// The lists that can be saved, by the names of their pages.
const (
	ListDeals    = "opportunities"
	ListLeads    = "leads"
	ListAccounts = "accounts"
	ListProjects = "projects"
	ListInvoices = "invoices"
	ListCases    = "cases"
)

// ListView is a list as somebody saved it, for himself or for all who see what is in it.
type ListView struct {
	ID      ID
	OwnerID ID
	List    string // of what
	Name    string
	Query   string // of the list's address: columns, filter, sort; in the order of their names
	Shared  bool
	Version int
}

// SavedLists are the lists that can be saved, in the order in which they are offered.
func SavedLists() []string {
	return []string{ListDeals, ListLeads, ListAccounts, ListProjects, ListInvoices, ListCases}
}

// ListNeeds is the permission to read a list, and so to save one and to see those that others share; empty for what is no list.
func ListNeeds(list string) Permission {
	return map[string]Permission{
		ListDeals: MayReadOpportunity, ListLeads: MayReadLead, ListAccounts: MayReadAccount, ListProjects: MayReadContract, ListInvoices: MayReadInvoice, ListCases: MayReadCase,
	}[list]
}

// ListsOf are the lists that a person may read now.
func ListsOf(u User) (out []string) {
	for _, list := range SavedLists() {
		if u.Can(ListNeeds(list)) > ReachNone {
			out = append(out, list)
		}
	}
	return out
}

// ListStates is the enumeration that the states of a list's records are words of; empty where they have none, or where the rules name them.
func ListStates(list string) string {
	return map[string]string{ListLeads: "lead_state", ListProjects: "project_state", ListInvoices: "invoice_state", ListCases: "case_state"}[list]
}
