package docs

import (
	"regexp"
	"strings"
)

// block is a fenced block. A comment with a name right before it names the file that the reader makes of it.
type block struct{ file, language, text string }

var blockRule = regexp.MustCompile("(?ms)^(?:<!-- (\\S+) -->\n)?```(\\w+)\n(.*?)^```$")

func blocks(document string) (found []block) {
	for _, match := range blockRule.FindAllStringSubmatch(document, -1) {
		found = append(found, block{match[1], match[2], match[3]})
	}
	return found
}

// prose is a document without its blocks.
func prose(document string) string { return blockRule.ReplaceAllString(document, "") }

// step is a command as a shell takes it, with what the document says of it: in a transcript its output, where "..."
// stands for lines that are left out, and anywhere the words in which go run tells how it failed.
type step struct{ line, says string }

const (
	program = "go run . "
	prompt  = "$ "
)

// steps are the commands of a document that can be run in the sandbox, in their order. A transcript without a command
// goes on with what the last one printed.
func steps(found []block) (all []step) {
	for _, b := range found {
		text := strings.ReplaceAll(b.text, "\\\n", "")
		for line := range strings.Lines(text) {
			command, prompted := strings.CutPrefix(line, prompt)
			switch {
			case strings.HasPrefix(command, program) && (b.language == "sh" || b.language == "console" && prompted):
				_, comment, _ := strings.Cut(command, " # ")
				all = append(all, step{command, failure.FindString(comment) + "\n...\n"})
			case b.language == "console" && len(all) > 0:
				all[len(all)-1].says += line
			}
		}
	}
	return all
}
