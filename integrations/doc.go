// Package integrations is what leaves the house: mail and orders for the ERP. Each outside system stands behind a small port,
// with a development peer in a package of its own (mailbox, erpstub) that keeps a journal of what it really received.
//
// Every failure says whether the effect may have happened (Outcome): who sends decides by it between sending again, asking the
// other side, and giving up.
package integrations
