export default function Page() {
  return <p>Shards move.</p>;
}
