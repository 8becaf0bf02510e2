package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// documentRoutes is the table of the archive, of messages and of the feed. Each reads and changes what the folder or record lets the person.
func documentRoutes() []route {
	return append([]route{
		{method: get, path: "/api/v1/documents", need: crm.MayReadDocument, do: getDocuments},
		{method: get, path: "/api/v1/notes", need: crm.MayReadNote, do: getNotes},
		{method: get, path: "/api/v1/feed", need: crm.MayReadNote, do: getFeed},
		{method: get, path: "/api/v1/feed-events", need: crm.MayReadNote, do: getFeedEvents},
	}, withoutQuery([]route{
		{method: post, path: "/api/v1/documents", need: crm.MayWriteDocument, do: postDocument, limit: documentLimit},
		{method: get, path: "/api/v1/documents/:id", need: crm.MayReadDocument, do: getDocument},
		{method: get, path: "/api/v1/documents/:id/record", need: crm.MayReadDocument, do: getDocumentRecord},
		{method: patch, path: "/api/v1/documents/:id", need: crm.MayWriteDocument, do: patchDocument},
		{method: get, path: "/api/v1/documents/:id/versions", need: crm.MayReadDocument, do: getVersions},
		{method: post, path: "/api/v1/documents/:id/versions", need: crm.MayWriteDocument, do: postVersion, limit: documentLimit},
		{method: get, path: "/api/v1/documents/:id/versions/:number", need: crm.MayReadDocument, do: getVersion},
		{method: post, path: "/api/v1/documents/:id/versions/:number/restore", need: crm.MayWriteDocument, do: postRestore},
		{method: post, path: "/api/v1/documents/:id/versions/:number/approve", need: crm.MayApproveDocument, do: postApproval},
		{method: get, path: "/api/v1/documents/:id/links", need: crm.MayReadDocument, do: getLinks},
		{method: post, path: "/api/v1/documents/:id/links", need: crm.MayReadDocument, do: postLink},
		{method: remove, path: "/api/v1/documents/:id/links/:what/:record", need: crm.MayReadDocument, do: deleteLink},
		{method: remove, path: "/api/v1/documents/:id", need: crm.MayWriteDocument, do: deleteDocument},

		{method: get, path: "/api/v1/folders", need: crm.MayReadDocument, do: getFolders},
		{method: post, path: "/api/v1/folders", need: crm.MayManageDocument, do: postFolder},
		{method: patch, path: "/api/v1/folders/:id", need: crm.MayManageDocument, do: patchFolder},
		{method: remove, path: "/api/v1/folders/:id", need: crm.MayManageDocument, do: deleteFolder},

		{method: post, path: "/api/v1/notes", need: crm.MayWriteNote, do: postNote},
		{method: get, path: "/api/v1/notes/:id", need: crm.MayReadNote, do: getThread},
		{method: patch, path: "/api/v1/notes/:id", need: crm.MayWriteNote, do: patchNote},
		{method: remove, path: "/api/v1/notes/:id", need: crm.MayWriteNote, do: deleteNote},
		{method: get, path: "/api/v1/notes/:id/history", need: crm.MayReadNote, do: getRevisions},
		{method: post, path: "/api/v1/notes/:id/task", need: crm.MayWriteNote, do: postTask},
		{method: post, path: "/api/v1/notes/:id/note", need: crm.MayWriteNote, do: postNoteCopy},
		{method: post, path: "/api/v1/notes/:id/document", need: crm.MayWriteNote, do: postNoteDocument},

		{method: get, path: "/api/v1/follows", need: crm.MayReadNote, do: getFollows},
		{method: post, path: "/api/v1/follows", need: crm.MayReadNote, do: postFollow},
		{method: get, path: "/api/v1/notices", need: crm.MayReadNote, do: getNotices},
		{method: post, path: "/api/v1/notices/seen", need: crm.MayReadNote, do: postSeen},
		{method: get, path: "/api/v1/tasks", need: crm.MayReadNote, do: getTasks},
		{method: post, path: "/api/v1/tasks/:id/done", need: crm.MayWriteNote, do: postTaskDone},
	})...)
}

// Parameters of lists that are read page by page.
var (
	limitParameter  = parameter{"limit", "Rows on a page.", schema{"type": "integer", "minimum": 1, "maximum": pageMax, "default": pageDefault}}
	cursorParameter = parameter{"cursor", "`next_cursor` of the page before.", schema{"type": "string"}}
)

// pageOf describes a list with parameters of its own.
func pageOf[T any](tag, summary string, query ...parameter) call {
	return call{tag: tag, summary: summary, answers: map[int]any{200: page[T]{}}, headers: map[string][]string{"Link": {"200"}}, query: append(query, limitParameter, cursorParameter)}
}

// stepping describes a POST that changes a record and shows it.
func stepping(tag, summary string, body, record any, refuses ...code) call {
	return call{tag: tag, summary: summary, body: body, answers: map[int]any{200: record}, key: keyTaken, once: true, refuses: append(refuses, codeConflict, "already_done")}
}

// uploading describes a call that takes a file.
func uploading(summary string, status int) call {
	return call{
		tag: "Documents", summary: summary, media: []string{"multipart/form-data"}, key: keyTaken, once: true,
		answers: map[int]any{status: crm.Document{}}, refuses: []code{codeFileType, codeConflict, "already_done", store.NoWriting},
	}
}

var documentCalls = map[string]call{
	"GET /api/v1/documents": pageOf[documentRecord](
		"Documents", "List or search documents",
		parameter{"q", "Words in title, name, tags, description or file; accents and case do not matter, words may go on.", schema{"type": "string", "maxLength": maxName}},
		parameter{"record_kind", "With record_id: what is in this folder, or kept with or linked to this record.", schema{"type": "string", "enum": subjectKinds()}},
		parameter{"record_id", "", schema{"type": "string", "format": "uuid"}},
		parameter{"kind", "", schema{"type": "string", "enum": crm.DocumentKinds()}},
		parameter{"tag", "", schema{"type": "string"}},
		parameter{"expiring", "true: whose last day is over or within two weeks.", schema{"type": "string", "enum": []string{"true", "false"}}},
		parameter{"waiting", "true: commercial ones whose newest version is not approved.", schema{"type": "string", "enum": []string{"true", "false"}}},
	).says("S058, S105", "Of a search the best first, else the newest. Only what the caller may read: in folders by their readers, with records by the record."),
	"POST /api/v1/documents": uploading("Keep a file", 201).located("201").
		says("S028, S058, S105, B109-B112", "One part `file`, at most 25 MiB, whose type is what its bytes are; beside it `folder_id`, or `record_kind` and `record_id`, and `title`, `description`, `kind`, `tags` (by commas), `expires_on`, `why`."),
	"GET /api/v1/documents/:id": call{tag: "Documents", summary: "Download the newest file of a document", answers: map[int]any{200: file{}}}.
		header("Content-Disposition", "200").says("S028", ""),
	"GET /api/v1/documents/:id/record": reading("Documents", "Read what is said of a document", crm.Document{}).says("S058", ""),
	"PATCH /api/v1/documents/:id": patching("Documents", "Change what is said of a document", documentBody{}, crm.Document{}).may("document_of_record", store.NoWriting).
		says("S058", "The file stays; a newer one is a new version.").like(`{"tags":["2027"],"expires_on":"2027-12-31"}`),
	"DELETE /api/v1/documents/:id":        removing("Documents", "Take a document away", store.NoWriting).says("S058", "It is kept with who did, and nobody reads it any more."),
	"GET /api/v1/documents/:id/versions":  reading("Documents", "List the versions of a document", versionList{}).plain().says("S058", "The newest first, with who put them in and approved them, when and why."),
	"POST /api/v1/documents/:id/versions": uploading("Put a newer file in", 200).header("ETag", "200").may("same_file").matching().says("S058", "Beside the part `file`, `why`. The versions before it stay as they are."),
	"GET /api/v1/documents/:id/versions/:number": call{tag: "Documents", summary: "Download a version", answers: map[int]any{200: file{}}}.
		header("Content-Disposition", "200").says("S058", ""),
	"POST /api/v1/documents/:id/versions/:number/restore": stepping("Documents", "Bring an older file back", whyBody{}, crm.Document{}, "same_file", store.NoWriting).header("ETag", "200").bodiless().matching().
		says("S058", "As a new version.").like(`{"why":"The new prices are not agreed"}`),
	"POST /api/v1/documents/:id/versions/:number/approve": call{tag: "Documents", summary: "Approve a version", answers: map[int]any{200: crm.Document{}}, key: keyTaken, once: true, refuses: []code{"already_done", "self_approval"}}.
		header("ETag", "200").says("S058", "Once, and never by who put it in; the time is kept."),
	"GET /api/v1/documents/:id/links": reading("Documents", "List the records that a document is linked to", placeList{}).plain().says("S028", "As far as the caller may see them."),
	"POST /api/v1/documents/:id/links": stepping("Documents", "Link a document of the archive to a record", linkBody{}, placeList{}, "document_of_record", store.NoWriting).
		says("S028", "Who may read it stays as it is.").like(`{"record":{"kind":"opportunity","id":"{opportunities}"}}`),
	"DELETE /api/v1/documents/:id/links/:what/:record": removing("Documents", "Take a document of the archive from a record", store.NoWriting).unversioned().says("S028", ""),

	"GET /api/v1/folders":  reading("Documents", "List the folders of the archive", folderList{}).plain().says("S105", "Those that the caller may read, each after the one above it."),
	"POST /api/v1/folders": creating("Documents", "Make a folder", folderBody{}, crm.Folder{}).needing("name").says("S105", "").like(`{"name":"Price lists","readers":["role:salesperson","role:sales_manager"]}`),
	"PATCH /api/v1/folders/:id": patching("Documents", "Change a folder", folderBody{}, crm.Folder{}).
		says("S105", "A folder is never open to more people than the one above it.").like(`{"writers":["role:sales_manager"]}`),
	"DELETE /api/v1/folders/:id": removing("Documents", "Drop an empty folder", "folder_in_use").unversioned().says("S105", ""),

	"GET /api/v1/notes": pageOf[crm.Note](
		"Messages", "List the messages about a record",
		parameter{"record_kind", "", schema{"type": "string", "enum": crm.RecordKinds()}},
		parameter{"record_id", "", schema{"type": "string", "format": "uuid"}},
	).says("S029", "The newest first, answers among them; without a record, posts to the company.").may(codeNotFound),
	"POST /api/v1/notes": creating("Messages", "Write a message, a post or an answer", postBody{}, crm.Note{}).
		says("S029, S106", "Who is mentioned is told on his day and by one mail; who may not see what it is about cannot be mentioned.").may(codeNotFound).
		like(`{"text":"They decide in March.","record_kind":"opportunity","record_id":"{opportunities}"}`),
	"GET /api/v1/notes/:id": reading("Messages", "Read a message with its answers and what was made of it", threadRecord{}).plain().says("S029", ""),
	"PATCH /api/v1/notes/:id": patching("Messages", "Change a message of one's own", noteEditBody{}, crm.Note{}).may("not_author", "note_withdrawn").
		says("S029", "What it said before is kept.").like(`{"text":"They decide in April."}`),
	"DELETE /api/v1/notes/:id":      removing("Messages", "Withdraw a message of one's own", "not_author", "note_withdrawn").says("S029", "Nobody reads it any more; its answers stay."),
	"GET /api/v1/notes/:id/history": reading("Messages", "Read what a message said before", revisionList{}).plain().says("S029", ""),
	"POST /api/v1/notes/:id/task": creating("Messages", "Make a task of a post", taskBody{}, crm.Task{}).bodiless().may("note_withdrawn").
		says("S106", "").like(`{"due_on":"2027-03-01"}`),
	"POST /api/v1/notes/:id/note": creating("Messages", "Put a post with a record", copyBody{}, crm.Note{}).may("note_withdrawn").
		says("S106", "").like(`{"record":{"kind":"opportunity","id":"{opportunities}"}}`),
	"POST /api/v1/notes/:id/document": creating("Messages", "File a post as a document", copyBody{}, crm.Document{}).located("201").may("note_withdrawn", store.NoWriting).
		says("S106", "").like(`{"record":{"kind":"opportunity","id":"{opportunities}"}}`),

	"GET /api/v1/feed": pageOf[feedRecord](
		"Messages", "Read the feed",
		parameter{"show", "mine, the default: what concerns the caller.", schema{"type": "string", "enum": store.FeedShows()}},
	).says("S106", "Posts, messages and documents, the newest first."),
	"GET /api/v1/feed-events": pageOf[feedEventRecord](
		"Messages", "Read what happened to records",
		parameter{"show", "mine, the default: to the caller's and his teams' records and those that he follows.", schema{"type": "string", "enum": feedEventShows()}},
	).says("S018, S106", "Deals won and lost, quotes, orders, contracts, invoices, leads, cases: what the feed tells beside posts, the newest first. Nothing is in it of a record that the caller may not see."),
	"GET /api/v1/follows":         reading("Messages", "List the records that one follows", placeList{}).plain().says("S106", ""),
	"POST /api/v1/follows":        stepping("Messages", "Follow a record, or no more", followBody{}, placeList{}).says("S106", "").like(`{"record":{"kind":"opportunity","id":"{opportunities}"},"follow":true}`),
	"GET /api/v1/notices":         reading("Messages", "List what one is told of and has not seen", noticeList{}).plain().says("S029", "Mentions, answers, documents that expire; at most 200."),
	"POST /api/v1/notices/seen":   call{tag: "Messages", summary: "Say that one has seen it", body: seenBody{}, answers: map[int]any{204: nil}}.bodiless().says("S029", "A thread, a document, or all of it.").like(`{}`),
	"GET /api/v1/tasks":           reading("Messages", "List what one has to do", taskList{}).plain().says("S106", "What is due first first."),
	"POST /api/v1/tasks/:id/done": call{tag: "Messages", summary: "Note that a task is done", answers: map[int]any{204: nil}}.says("S106", "Once more changes nothing."),
}
