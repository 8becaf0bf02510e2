package crm

import "time"

// Signature says that somebody signed a contract. It is written once and never changes.
type Signature struct {
	ID         ID
	ContractID ID
	Version    int // of the contract, as it holds or is to hold
	Party      SignatureParty
	Signer     string
	SignedOn   Date
	Place      string
	Hash       string // SHA-256 of what was signed, in hexadecimal
	DocumentID ID     // the signed copy; empty: none was kept, and the hash is that of the contract's paper
	Language   string // of that paper
	NotedBy    ID
	NotedAt    time.Time
}

// SignatureParty is who signed.
type SignatureParty string

// The parties of a contract.
const (
	SignedByCustomer SignatureParty = "customer"
	SignedBySeller   SignatureParty = "seller"
)

// SignatureParties lists them.
func SignatureParties() []SignatureParty { return []SignatureParty{SignedByCustomer, SignedBySeller} }
