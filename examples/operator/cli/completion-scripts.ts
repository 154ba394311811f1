/** Script of each shell that completes its command lines: it asks `mesh __complete` about the words so far. */
export const COMPLETION_SCRIPTS = {
  bash: `# Completion of mesh for bash: source <(mesh completion bash)
_mesh_complete() {
  local line="\${COMP_LINE:0:COMP_POINT}" words value
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    COMPREPLY+=("$value")
  done < <(mesh __complete -- "\${words[@]:1}" 2> /dev/null)
}
complete -F _mesh_complete mesh
`,
  zsh: `#compdef mesh
# Completion of mesh for zsh: source <(mesh completion zsh), after compinit
_mesh() {
  local value about
  local -a candidates
  while IFS=$'\\t' read -r value about; do
    candidates+=("$value\${about:+:$about}")
  done < <(mesh __complete -- "\${(@Q)words[2,CURRENT]}" 2> /dev/null)
  _describe mesh candidates
}
if [[ $funcstack[1] == _mesh ]]; then _mesh; else compdef _mesh mesh; fi
`,
} as const;
