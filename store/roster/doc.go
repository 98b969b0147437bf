// Package roster reads the resident lists (danh sách nhân khẩu) that wards keep
// in spreadsheets: it finds the header row and the columns, undoes what
// spreadsheets, old fonts and hurried hands did to the cells, and yields pages
// of rows. Every line of the file ends in a page, among the refused, among the
// skipped, or is counted as empty; the same bytes with the same mapping yield
// the same pages, for ever within one version of the rules.
//
// It must not know the register: who is already there, who is listed twice and
// what becomes of a row is decided where the pages are applied. It keeps no
// state, reads no clock and logs nothing; a list is personal data.
//
// Begin with read.go.
package roster
