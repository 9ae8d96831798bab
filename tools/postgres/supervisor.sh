# Runs the server for its owner, who holds the other end of standard input: "start" and "stop" are obeyed, and
# when the owner is gone, however it went, the server and its folder go too.
trap '' HUP INT TERM
postgres=$1 data=$2 folder=$3 megabytes=$4
[ "$megabytes" = 0 ] || ulimit -v "$((megabytes * 1024))" 2>/dev/null
ulimit -c 0
server=
halt() {
    if [ -n "$server" ]; then
        kill "-$1" "$server" 2>/dev/null
        wait "$server" 2>/dev/null
        server=
    fi
}
while read -r word; do
    case $word in
    start) "$postgres" -D "$data" </dev/null >>"$folder/log" 2>&1 & server=$! ;;
    stop) halt INT && echo stopped ;;
    esac
done
halt QUIT
rm -rf "$folder"
