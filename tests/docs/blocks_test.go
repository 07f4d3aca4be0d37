package docs

import (
	"regexp"
	"strings"
)

// block is a fenced code block. An HTML comment right before it has the name of the file to save it in.
type block struct{ file, language, text string }

var blockRule = regexp.MustCompile("(?ms)^(?:<!-- (\\S+) -->\n)?```(\\w+)\n(.*?)^```$")

func blocks(document string) (found []block) {
	for _, match := range blockRule.FindAllStringSubmatch(document, -1) {
		found = append(found, block{match[1], match[2], match[3]})
	}
	return found
}

// prose returns a document without its code blocks.
func prose(document string) string { return blockRule.ReplaceAllString(document, "") }

// step is a shell command and the output that the document shows for it. In a transcript, "..." stands for any lines. A
// comment after a command may contain the text with which go run reports the exit status.
type step struct{ line, want string }

const (
	program = "go run . "
	prompt  = "$ "
)

// steps returns the commands of a document that can be run in the sandbox, in order. Lines of a transcript without a
// command continue the output of the last command.
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
				all[len(all)-1].want += line
			}
		}
	}
	return all
}
